import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Engine, type OpenEngine, timed } from "./engine.ts";
import { freshVersion, placeOf, prepareAll, sqliteRows, sqliteStore } from "./library.ts";
import type { Population } from "./population.ts";

const { indexedCells, savedCells } = sqliteRows;

/** `PRAGMA cache_size` of the store, for each process: it holds the inner pages. */
const CACHE = 8192 * 1024;

export const openSqlite: OpenEngine = async (population, sizes): Promise<Engine> => {
  const folder = mkdtempSync(join(tmpdir(), "next-beaker-scale-"));
  const path = join(folder, "large.db");
  const [small, large] = [sqliteStore({ path: join(folder, "small.db") }), sqliteStore({ path })];
  const close = async () => {
    await small.close!();
    await large.close!();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await small.get("");
    await small.close!();
    fill(join(folder, "small.db"), population, sizes.small, 0);
    const loading = await timed(async () => {
      await large.get("");
      await large.close!();
      fill(path, population, sizes.large, sizes.expired);
    });
    return {
      name: "SQLite",
      small,
      large,
      loading,
      async footprint() {
        return { disk: sizeOf(path) + sizeOf(`${path}-wal`), memory: CACHE, memoryGrows: false };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** With the store's own statements, in random order, in one transaction without a log. */
function fill(path: string, population: Population, count: number, expired: number): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1500000; BEGIN");
  const { insert } = prepareAll(database);
  for (let number = 0; number < count; number++) {
    const record = population.record(number, number < expired);
    const place = placeOf(population.key(number));
    insert.run(...place, ...savedCells(record, freshVersion()), ...indexedCells(record));
  }
  database.exec("COMMIT");
  database.close();
  // Or the first save would wait until the system has written it all.
  const file = openSync(path, "r+");
  fsyncSync(file);
  closeSync(file);
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
