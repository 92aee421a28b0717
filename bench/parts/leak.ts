import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Leak } from "../leak.ts";
import { atMost, type Part } from "../report/part.ts";

export const part: Part = {
  title: "Memory over many requests",

  async run({ quick, say }) {
    const count = quick ? 100_000 : 1_000_000;
    say(`leak: ${count} requests`);
    const { requests, heap, growth } = weigh(count);
    return {
      tables: [
        {
          title: "Heap in use, memory store and request scope",
          columns: ["requests", "MB"],
          rows: heap.map((bytes, tenth) => ({
            label: Math.round(((tenth + 1) * requests) / heap.length).toLocaleString("en-US"),
            cells: [bytes / 2 ** 20],
          })),
          note: "After a full collection each.",
        },
      ],
      goals: [
        atMost("leak-heap", "heap at the end: growth over the least that it was", 5, growth * 100, "%"),
      ],
    };
  },
};

/** In a process of its own, whose heap holds nothing else. */
function weigh(requests: number): Leak {
  const script = `import { leak } from "./leak.ts"; console.log(JSON.stringify(await leak(${requests})));`;
  const args = ["--expose-gc", "--input-type=module", "--eval", script];
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  return JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: "utf8" }));
}
