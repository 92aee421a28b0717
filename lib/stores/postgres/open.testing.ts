/** For the store contract: opens the store in a second process. */
import pg from "pg";
import { postgresStore } from "../postgres.ts";
import type { SessionStore } from "../store.ts";

export default ({ url, table }: { url: string; table: string }): SessionStore =>
  postgresStore({ pool: new pg.Pool({ connectionString: url, max: 3 }), table });
