import { guardedRows } from "./guarded.ts";
import { ironRows } from "./iron.ts";
import { minimumRows } from "./minimum.ts";
import { oursRows } from "./ours.ts";
import type { Rows } from "./row.ts";

const rows: Rows = { ...minimumRows, ...guardedRows, ...oursRows, ...ironRows };

/** The same for handler and page, so that rows differ in nothing else. */
export async function runRow(params: Promise<{ row: string }>): Promise<number> {
  return rows[(await params).row]!();
}
