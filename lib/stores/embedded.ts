/** The stores that `type` and `dataDir` choose from, on a runtime that has files. */
export { sqliteStore } from "./sqlite.ts";
