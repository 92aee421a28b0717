import pg from "pg";
import { expect, it, vi } from "vitest";
import { ConfigError } from "../errors.ts";
import { clientOn } from "./postgres/client.ts";
import { tableNames } from "./postgres/table.ts";
import { postgresStore } from "./postgres.ts";

const pool = { query: async () => ({ rows: [] }) };

it.each([
  undefined,
  {},
  { pool: {} },
  { pool: "postgres://" },
  { pool, tabel: "x" },
  { pool, prepare: "no" },
  { pool, unlogged: 1 },
])("refuses the options %j", (options) => {
  expect(() => postgresStore(options as never)).toThrow(ConfigError);
});

it.each([
  "",
  ".",
  "a.b.c",
  "a.",
  ".b",
  'a"b',
  "a;b",
  "a b",
  "1a",
  "a\0",
  "$a",
  "a$next_beaker$",
  "é".repeat(25),
  7,
])("refuses the table %j", (table) => {
  expect(() => postgresStore({ pool, table: table as never })).toThrow(ConfigError);
});

it("quotes the names as they are written", () => {
  const sql = postgresStore({ pool, table: "App-1.Sitzungen_ä" }).describeSchema();
  expect(sql).toContain('TABLE IF NOT EXISTS "App-1"."Sitzungen_ä" (');
  expect(sql).toContain('"App-1"."Sitzungen_ä_locks"');
  expect(postgresStore({ pool }).describeSchema()).toContain('"next_beaker_sessions"');
});

it("listens for a pool's lost connections once, and only where nobody does", () => {
  const own = new pg.Pool();
  for (let again = 0; again < 3; again++) postgresStore({ pool: own });
  expect(own.listenerCount("error")).toBe(1);
  const theirs = new pg.Pool();
  theirs.on("error", () => {});
  postgresStore({ pool: theirs });
  expect(theirs.listenerCount("error")).toBe(1);
});

it("does not let work pile up behind a server that answers nothing", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    let sent = 0;
    let answer = () => {};
    const answered = new Promise<{ rows: [] }>((resolve) => {
      answer = () => resolve({ rows: [] });
    });
    const dead = {
      query: () => {
        sent++;
        return answered;
      },
    };
    const client = clientOn(dead, tableNames("t"), true);
    const run = () => client.run({ name: "", text: "SELECT 1" }, []);
    const waiting = Array.from({ length: 1500 }, run);
    expect(sent).toBe(1500);
    vi.advanceTimersByTime(2500);
    await expect(run()).rejects.toThrow(
      /1500 calls wait, and none was answered for 2 s, so this one was not sent/,
    );
    expect(sent).toBe(1500);
    answer();
    await Promise.all(waiting);
    await run();
    expect(sent).toBe(1501);
  } finally {
    vi.useRealTimers();
  }
});
