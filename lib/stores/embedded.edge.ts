/** The same names on a runtime without files: each says so when used. */
export { sqliteStore } from "./sqlite.edge.ts";
