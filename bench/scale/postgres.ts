import assert from "node:assert/strict";
import { Pool } from "pg";
import { startPostgres } from "../../tools/servers/postgres.ts";
import { type Engine, type OpenEngine, timed } from "./engine.ts";
import { freshVersion, postgresRows, postgresStore } from "./library.ts";
import type { Population } from "./population.ts";

const TABLES = { small: "small_sessions", large: "large_sessions" };
const ROWS_A_STATEMENT = 2000;

// As it is installed, but for memory; the tests' servers do not wait for the disk.
const SETTINGS = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  shared_buffers: "256MB",
  max_wal_size: "4GB",
};

export const openPostgres: OpenEngine = async (population, sizes): Promise<Engine> => {
  const server = await startPostgres({ settings: SETTINGS });
  const pool = new Pool({ connectionString: server.url, max: 10 });
  pool.on("error", () => {});
  const close = async () => {
    await pool.end();
    server.destroy();
  };
  try {
    const [small, large] = [
      postgresStore({ pool, table: TABLES.small }),
      postgresStore({ pool, table: TABLES.large }),
    ];
    for (const store of [small, large]) await store.ensureTable();
    await mustWriteTheSame(pool, population);
    await fill(pool, TABLES.small, population, sizes.small, 0);
    const loading = await timed(() => fill(pool, TABLES.large, population, sizes.large, sizes.expired));
    await pool.query(`VACUUM ANALYZE ${TABLES.large}`);
    await pool.query(`VACUUM ANALYZE ${TABLES.small}`);
    return {
      name: "Postgres",
      small,
      large,
      loading,
      async footprint() {
        const sizesOf =
          "pg_total_relation_size($1::regclass) AS disk, pg_indexes_size($1::regclass) AS memory";
        const { rows } = await pool.query(`SELECT ${sizesOf}`, [TABLES.large]);
        return { disk: Number(rows[0].disk), memory: Number(rows[0].memory), memoryGrows: true };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** The columns as the store makes them, many rows in a statement. */
async function fill(pool: Pool, table: string, population: Population, count: number, expired: number) {
  for (let first = 0; first < count; first += ROWS_A_STATEMENT) {
    const numbers = Array.from({ length: Math.min(ROWS_A_STATEMENT, count - first) }, (_, at) => first + at);
    const rows = numbers.map((number) =>
      postgresRows.columnsOf(
        population.key(number),
        population.record(number, number < expired),
        freshVersion(),
      ),
    );
    await pool.query(
      `INSERT INTO ${table} (key, version, created_at, accessed_at, expires_at, subject, value)
        SELECT decode(k, 'base64'), v, c, a, e, decode(s, 'base64'), x FROM unnest($1::text[], $2::bigint[],
          $3::float8[], $4::float8[], $5::float8[], $6::text[], $7::text[]) AS rows (k, v, c, a, e, s, x)`,
      rows[0]!.map((_, column) => rows.map((row) => row[column])),
    );
  }
}

/** One record by way of the store and the same in bulk. */
async function mustWriteTheSame(pool: Pool, population: Population): Promise<void> {
  const read = async () => {
    const { rows } = await pool.query(
      `DELETE FROM ${TABLES.small} RETURNING key, created_at, accessed_at, expires_at, subject, value,
        pg_column_size(${TABLES.small}.*) AS size`,
    );
    return rows;
  };
  const store = postgresStore({ pool, table: TABLES.small });
  await fill(pool, TABLES.small, population, 1, 0);
  const record = (await store.get(population.key(0)))!;
  const inBulk = await read();
  await store.set(population.key(0), record);
  assert.deepEqual(await read(), inBulk);
}
