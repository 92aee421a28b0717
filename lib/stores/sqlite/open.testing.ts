/** For the store contract: opens the store in a second process. */
import { sqliteStore } from "../sqlite.ts";
import type { SessionStore } from "../store.ts";

export default (path: string): SessionStore => sqliteStore({ path, busyTimeout: 10_000 });
