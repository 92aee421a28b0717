import { guardedRows } from "./guarded.ts";
import { ironRows } from "./iron.ts";
import { minimumRows } from "./minimum.ts";
import { oursRows } from "./ours.ts";

/** What a request does, by name; gives the session's counter. */
export type Rows = Readonly<Record<string, () => Promise<number>>>;

const rows: Rows = { ...minimumRows, ...guardedRows, ...oursRows, ...ironRows };

/** The same for handler and page, so that rows differ in nothing else. */
export async function runRow(params: Promise<{ row: string }>): Promise<number> {
  return rows[(await params).row]!();
}
