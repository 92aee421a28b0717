import { ensurePrograms } from "../../tools/servers/programs.ts";
import type { Part, RunOptions } from "../report/part.ts";
import type { OpenEngine, Sizes } from "../scale/engine.ts";
import { measure } from "../scale/measure.ts";
import { Population } from "../scale/population.ts";
import { openPostgres } from "../scale/postgres.ts";
import { purge } from "../scale/purge.ts";
import { openRedis } from "../scale/redis.ts";
import { openSqlite } from "../scale/sqlite.ts";
import { type Findings, goalsOf, tablesOf } from "../scale/tables.ts";

const FULL: Sizes = { small: 10_000, large: 1_000_000, expired: 100_000 };
const QUICK: Sizes = { small: 1000, large: 50_000, expired: 5000 };

export const part: Part = {
  title: "A million sessions",
  page: "docs/scale.md",

  async run(options) {
    ensurePrograms(options.say);
    const sizes = options.quick ? QUICK : FULL;
    const population = await Population.of(sizes.large);
    const all = [
      await find(openSqlite, population, sizes, options),
      await find(openRedis, population, { ...sizes, expired: 0 }, options),
      await find(openPostgres, population, sizes, options),
    ];
    return { tables: tablesOf(all, sizes, population.valueLength), goals: goalsOf(all, sizes) };
  },
};

/** Without expired sessions there is no purge. */
async function find(
  open: OpenEngine,
  population: Population,
  sizes: Sizes,
  { quick, say }: RunOptions,
): Promise<Findings> {
  const engine = await open(population, sizes);
  try {
    const { name, loading } = engine;
    say(`scale: ${name} is loaded, ${loading.toFixed(0)} s`);
    const footprint = await engine.footprint();
    const ranges = {
      small: { from: 0, below: sizes.small },
      large: { from: sizes.expired, below: sizes.large },
    };
    const effort = quick
      ? { rounds: 4, calls: 100, milliseconds: 200 }
      : { rounds: 20, calls: 300, milliseconds: 1500 };
    const { small, large } = await measure(engine, population, ranges, effort);
    const purged = sizes.expired > 0 ? await purge(engine.large, population, ranges.large) : undefined;
    return { name, loading, footprint, small, large, purged };
  } finally {
    await engine.close();
  }
}
