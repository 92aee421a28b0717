/** The same names on a runtime without files: each says so when used. */
export { fileStore } from "./file.edge.ts";
export { sqliteStore } from "./sqlite.edge.ts";
