/** The same names on a runtime without files: each says so when used. */
export { refusingFiles as fileStore } from "./file.edge.ts";
export { refusingSqlite as sqliteStore } from "./sqlite.edge.ts";
