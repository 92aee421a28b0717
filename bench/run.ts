// npm run bench -- [codec|stores|next|start|leak|scale …] [--quick] [--json FILE] [--write-docs] [--only TEXT]
//
// Ours and the peers, interleaved, and every goal with its measured figure. A report: it ends with 0 whatever it found.
//   --quick       seconds rather than minutes, and rougher
//   --only TEXT   of `next`: the rows whose path has this in it, "handler" or "sqlite-save" for instance
//   --write-docs  keeps the figures in bench/results.json and writes docs/performance.md and docs/scale.md from them
import { parseArgs } from "node:util";
import { installLibrary, installPeers } from "./peers/install.ts";
import type { Part } from "./report/part.ts";
import { printReport } from "./report/print.ts";
import { type Result, resultOf, writeResults } from "./report/results.ts";
import { writeDocs } from "./report/write-docs.ts";

/** In this order. Each module exports its `part`. */
const PARTS: Readonly<Record<string, string>> = {
  codec: "./parts/codec.ts",
  stores: "./parts/stores.ts",
  next: "./parts/next.ts",
  start: "./parts/start.ts",
  leak: "./parts/leak.ts",
  scale: "./parts/scale.ts",
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    json: { type: "string" },
    "write-docs": { type: "boolean", default: false },
  },
});
const order = Object.keys(PARTS);
const unknown = positionals.find((name) => !order.includes(name));
if (unknown) throw new Error(`No such part: ${unknown}. There are ${order.join(", ")}.`);
if (values["write-docs"] && (values.quick || values.only)) {
  throw new Error("--write-docs takes a full run: leave --quick and --only out.");
}

const say = (line: string) => console.error(line);
installPeers(say);
installLibrary();
const results: Record<string, Result> = {};
for (const name of positionals.length > 0 ? positionals : order) {
  const { part } = (await import(PARTS[name]!)) as { part: Part };
  results[name] = resultOf(part, await part.run({ quick: values.quick, only: values.only, say }));
  console.log(printReport(results[name]));
}
if (values.json) writeResults(values.json, results);
if (values["write-docs"]) writeDocs(results, order);
