import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { chartOf } from "./chart.ts";
import { withResults, withTables } from "./markdown.ts";
import { type Results, readResults, writeResults } from "./results.ts";

const at = (path: string) => new URL(`../../${path}`, import.meta.url);

/** What the documentation was last written from. */
export const RESULTS: URL = at("bench/results.json");
export const DOCUMENT: URL = at("docs/performance.md");
export const SCALE: URL = at("docs/scale.md");
export const CHART: URL = at("docs/performance.svg");

/** Keeps these results, beside older ones of parts that did not run, and writes the documentation from all of them. */
export function writeDocs(fresh: Results, order: readonly string[]): void {
  const all: Results = { ...(existsSync(RESULTS) ? readResults(RESULTS) : {}), ...fresh };
  const ordered = order.flatMap((name) => (all[name] ? [[name, all[name]] as const] : []));
  writeResults(RESULTS, Object.fromEntries(ordered));
  // Read again: what was rounded is what the documentation shows.
  const results = readResults(RESULTS);
  writeFileSync(DOCUMENT, withResults(readFileSync(DOCUMENT, "utf8"), results));
  writeFileSync(SCALE, withTables(readFileSync(SCALE, "utf8"), "docs/scale.md", results));
  writeFileSync(CHART, chartOf(results));
}
