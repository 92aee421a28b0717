import { readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import type { Part, PartReport } from "./part.ts";

/** What a part found, when, and on what. */
export interface Result extends PartReport {
  readonly title: string;
  /** Where its tables are shown, if not with the goals in docs/performance.md. */
  readonly page?: Part["page"];
  /** Day, UTC. */
  readonly date: string;
  readonly machine: string;
}

/** By the part's name. */
export type Results = Readonly<Record<string, Result>>;

export function resultOf({ title, page }: Part, report: PartReport): Result {
  return {
    title,
    ...(page && { page }),
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    ...report,
  };
}

function machine(): string {
  const all = cpus();
  const model = all[0]?.model
    .replaceAll(/\((R|TM)\)/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const { node, openssl } = process.versions;
  return `${all.length} × ${model}, ${memory}, ${type()} ${release().split("-")[0]}, Node ${node}, OpenSSL ${openssl}`;
}

export function readResults(file: string | URL): Results {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Five digits are more than any run repeats. */
export function writeResults(file: string | URL, results: Results): void {
  const round = (_key: string, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
  writeFileSync(file, `${JSON.stringify(results, round, 2)}\n`);
}
