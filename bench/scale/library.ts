/** Our stores as they are built, and the parts of them that a load in bulk needs, so that it writes their own bytes. */
const load = (path: string) => import(new URL(`../../dist/${path}`, import.meta.url).href);

export const { createSessions } = (await load("index.js")) as typeof import("../../lib/index.ts");

const sqlite = "stores/sqlite";
export const { sqliteStore } = (await load(`${sqlite}.js`)) as typeof import("../../lib/stores/sqlite.ts");
export const sqliteRows = (await load(
  `${sqlite}/rows.js`,
)) as typeof import("../../lib/stores/sqlite/rows.ts");
export const { placeOf } = (await load(
  `${sqlite}/place.js`,
)) as typeof import("../../lib/stores/sqlite/place.ts");
export const { prepareAll } = (await load(
  `${sqlite}/statements.js`,
)) as typeof import("../../lib/stores/sqlite/statements.ts");

export const { redisStore } = (await load("stores/redis.js")) as typeof import("../../lib/stores/redis.ts");

const postgres = "stores/postgres";
export const { postgresStore } = (await load(
  `${postgres}.js`,
)) as typeof import("../../lib/stores/postgres.ts");
export const postgresRows = (await load(
  `${postgres}/rows.js`,
)) as typeof import("../../lib/stores/postgres/rows.ts");

export const { freshVersion } = (await load(
  "stores/version.js",
)) as typeof import("../../lib/stores/version.ts");
