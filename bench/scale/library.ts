/** Our stores as they are built; and of their source what a load in bulk needs, so that it writes their own bytes. */
const load = (path: string) => import(new URL(`../../dist/${path}.js`, import.meta.url).href);

export const { createSessions } = (await load("index")) as typeof import("../../lib/index.ts");
export const { sqliteStore } = (await load("stores/sqlite")) as typeof import("../../lib/stores/sqlite.ts");
export const { redisStore } = (await load("stores/redis")) as typeof import("../../lib/stores/redis.ts");
export const { postgresStore } = (await load(
  "stores/postgres",
)) as typeof import("../../lib/stores/postgres.ts");

export * as postgresRows from "../../lib/stores/postgres/rows.ts";
export { placeOf } from "../../lib/stores/sqlite/place.ts";
export * as sqliteRows from "../../lib/stores/sqlite/rows.ts";
export { prepareAll } from "../../lib/stores/sqlite/statements.ts";
export { freshVersion } from "../../lib/stores/version.ts";
