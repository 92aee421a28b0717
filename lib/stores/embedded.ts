/** The stores that `type` and `dataDir` choose from, on a runtime that has files. */
export { fileStore } from "./file.ts";
export { sqliteStore } from "./sqlite.ts";
