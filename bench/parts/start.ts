import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, shuffled } from "../measure/statistics.ts";
import { atMost, type Goal, type Part, type Table } from "../report/part.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What is imported, from the bench's own folder. */
const MODULES = {
  "next-beaker": "../dist/index.js",
  "next-beaker and its SQLite store": ["../dist/index.js", "../dist/stores/sqlite.js"],
  "node:crypto, which the first cookie loads": "node:crypto",
  "iron-session 9": "iron-session",
  "@auth/core jwt": "@auth/core/jwt",
  "express-session": "express-session",
} as const;

export const part: Part = {
  title: "Start and size",

  async run({ quick, say }) {
    say("start: imports");
    const imports = importTimes(quick ? 7 : 25);
    say("start: bundles");
    const bundles = bundleSizes();
    return { tables: [imports.table, bundles.table], goals: [imports.goal, ...bundles.goals] };
  },
};

/** Each in a new process, in turn. */
function importTimes(rounds: number): { table: Table; goal: Goal } {
  const times = new Map(Object.keys(MODULES).map((label) => [label, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [label, modules] of shuffled(Object.entries(MODULES))) {
      times.get(label)!.push(importTime([modules].flat()));
    }
  }
  const ours = median(times.get("next-beaker")!);
  return {
    table: {
      title: "Import on Node, in a new process",
      columns: ["module", "ms"],
      rows: [...times].map(([label, all]) => ({ label, cells: [median(all)] })),
    },
    goal: atMost("start-import", "import of the core", 15, ours, "ms"),
  };
}

function importTime(modules: readonly string[]): number {
  const imports = modules.map((module) => `await import(${JSON.stringify(module)});`).join("");
  const script = `const start = performance.now(); ${imports} console.log(performance.now() - start);`;
  const args = ["--input-type=module", "--eval", script];
  return Number(execFileSync(process.execPath, args, { cwd: `${root}bench`, encoding: "utf8" }));
}

/** By the beginning of an entry's name, bytes. The budgets only keep entries from growing unseen. */
const ASKED: Readonly<Record<string, number>> = {
  "core on the Edge": 12_000,
  "cookie sessions alone": 9_000,
};

interface Bundle {
  readonly name: string;
  readonly size: number;
  readonly sizeLimit?: number;
}

/** By size-limit, whose budgets CI holds as well. */
function bundleSizes(): { table: Table; goals: Goal[] } {
  const { stdout, stderr } = spawnSync("size-limit", ["--json"], { cwd: root, encoding: "utf8" });
  const bundles = parse(stdout);
  if (!Array.isArray(bundles)) throw new Error(`size-limit gave no sizes:\n${stdout}${stderr}`);
  return {
    table: {
      title: "Bundles, minified and gzip, as in the size budgets",
      columns: ["entry", "kB", "budget kB"],
      rows: bundles.map(({ name, size, sizeLimit }) => ({
        label: name,
        cells: [size / 1000, sizeLimit === undefined ? null : sizeLimit / 1000],
      })),
    },
    goals: Object.entries(ASKED).map(([beginning, asked]) => {
      const bundle = bundles.find(({ name }) => name.startsWith(beginning));
      if (!bundle) throw new Error(`.size-limit has no entry "${beginning}…".`);
      return atMost(
        `start-size-${beginning.split(" ")[0]}`,
        `${bundle.name}: size`,
        asked / 1000,
        bundle.size / 1000,
        "kB",
      );
    }),
  };
}

/** size-limit says in JSON as well what is wrong with its settings, as an object. */
function parse(output: string): readonly Bundle[] | undefined {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
