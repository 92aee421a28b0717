import { guardedRows } from "./guarded.ts";
import { note } from "./inside.ts";
import { ironRows } from "./iron.ts";
import { minimumRows } from "./minimum.ts";
import { oursRows } from "./ours.ts";
import type { Rows } from "./row.ts";

const rows: Rows = { ...minimumRows, ...guardedRows, ...oursRows, ...ironRows };

/** The same for handler and page, so that rows differ in nothing else. */
export async function runRow(surface: "handler" | "page", params: Promise<{ row: string }>): Promise<number> {
  const { row } = await params;
  const run = rows[row]!;
  const started = performance.now();
  const n = await run();
  note(`/${surface}/${row}`, performance.now() - started);
  return n;
}
