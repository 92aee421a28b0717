// npm run bench -- [codec|stores|next|scale …] [--quick] [--json FILE]
//
// Ours and the peers, interleaved, and every goal with its measured figure. A report: it ends with 0 whatever it found.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { installPeers } from "./peers/install.ts";
import type { Part, PartReport } from "./report/part.ts";
import { printReport } from "./report/print.ts";

/** In this order. Each module exports its `part`. */
const PARTS: Readonly<Record<string, string>> = {
  codec: "./parts/codec.ts",
  stores: "./parts/stores.ts",
  next: "./parts/next.ts",
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, json: { type: "string" } },
});
const unknown = positionals.find((name) => !(name in PARTS));
if (unknown) throw new Error(`no such part: ${unknown}; there are ${Object.keys(PARTS).join(", ")}`);

const say = (line: string) => console.error(line);
installPeers(say);
const reports: Record<string, PartReport> = {};
for (const name of positionals.length > 0 ? positionals : Object.keys(PARTS)) {
  const { part } = (await import(PARTS[name]!)) as { part: Part };
  reports[name] = await part.run({ quick: values.quick, say });
  console.log(printReport(part.title, reports[name]));
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(reports, null, 2)}\n`);
