import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Timed, timeRounds } from "../measure/rounds.ts";
import { median, pairedRatio } from "../measure/statistics.ts";
import { openBareSqlite } from "../peers/bare-sqlite.ts";
import { atMost, type PartReport, type RunOptions } from "../report/part.ts";
import { payloadOf } from "./payload.ts";

const RECORDS = 10_000;
const LIFETIME = 30 * 60 * 1000;
const OPERATIONS = ["get", "save", "touch"] as const;

/** Our store against the prepared statements that it must at least run. */
export async function measureSqlite({ quick }: RunOptions): Promise<PartReport> {
  const folder = mkdtempSync(join(tmpdir(), "next-beaker-bench-"));
  try {
    const keys = Array.from({ length: RECORDS }, () => randomBytes(32));
    const value = JSON.stringify(payloadOf(500));
    const rows = [
      ...bareRows(join(folder, "bare.db"), keys, value),
      ...(await oursRows(folder, keys, value)),
    ];
    const effort = quick ? { rounds: 9, milliseconds: 30 } : { rounds: 25, milliseconds: 80 };
    const timings = await timeRounds(rows, effort);
    const elapsed = (who: string, operation: string) => timings.get(`${who} ${operation}`)!.elapsed;
    const ratio = (operation: string) =>
      pairedRatio(elapsed("next-beaker", operation), elapsed("bare", operation)).median;
    return {
      tables: [
        {
          title: "SQLite, 10 thousand records of 500 bytes, WAL, synchronous NORMAL",
          columns: ["operation", "bare statement µs", "next-beaker µs", "× bare"],
          rows: OPERATIONS.map((operation) => ({
            label: operation,
            cells: [
              median(elapsed("bare", operation)),
              median(elapsed("next-beaker", operation)),
              ratio(operation),
            ],
          })),
          note: "A save of ours is a compare-and-set; the bare one writes over whatever is there.",
        },
      ],
      goals: (["get", "save"] as const).map((operation) =>
        atMost(
          `stores-sqlite-${operation}`,
          `SQLite ${operation}: time, of the bare statement's`,
          1.5,
          ratio(operation),
        ),
      ),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bareRows(path: string, keys: readonly Buffer[], value: string): Timed[] {
  const bare = openBareSqlite(path);
  bare.database.exec("BEGIN");
  for (const key of keys) bare.add(key, value);
  bare.database.exec("COMMIT");
  return [
    { label: "bare get", run: () => bare.get(anyOf(keys))!.value },
    { label: "bare save", run: () => bare.save(anyOf(keys), value) },
    { label: "bare touch", run: () => bare.touch(anyOf(keys)) },
  ];
}

async function oursRows(folder: string, binary: readonly Buffer[], value: string): Promise<Timed[]> {
  const module = new URL("../../dist/stores/sqlite.js", import.meta.url).href;
  const { sqliteStore } = (await import(module)) as typeof import("../../lib/stores/sqlite.ts");
  const store = sqliteStore({ path: join(folder, "ours.db") });
  const keys = binary.map((key) => key.toString("base64url"));
  const record = () => {
    const now = Date.now();
    return { value, createdAt: now, accessedAt: now, expiresAt: now + LIFETIME };
  };
  const versions = new Map<string, string>();
  for (const key of keys) versions.set(key, (await store.set(key, record())) as string);
  return [
    { label: "next-beaker get", run: async () => (await store.get(anyOf(keys)))!.value },
    {
      label: "next-beaker save",
      async run() {
        const key = anyOf(keys);
        const version = await store.set(key, record(), { version: versions.get(key)! });
        if (version === false) throw new Error("The compare-and-set failed, and nobody else writes.");
        versions.set(key, version);
      },
    },
    { label: "next-beaker touch", run: () => store.touch(anyOf(keys), Date.now(), Date.now() + LIFETIME) },
  ];
}

function anyOf<T>(items: readonly T[]): T {
  return items[Math.floor(Math.random() * items.length)]!;
}
