/** PgBouncer in transaction mode before a Postgres server, for the tests. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, ServerProcess, serverFolder } from "./process.ts";

/** A running PgBouncer. */
export interface PgBouncer {
  /** `postgres://…`, through PgBouncer. */
  readonly url: string;
  readonly process: ServerProcess;
  destroy(): void;
}

/**
 * Starts one in front of `postgres`, with few connections to it: those who share them get another with each statement.
 */
export async function startPgBouncer(postgres: { readonly url: string }): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, password, pathname } = new URL(postgres.url);
  const user = decodeURIComponent(username) || "postgres";
  const database = decodeURIComponent(pathname.slice(1)) || user;
  const folder = serverFolder("pgbouncer");
  const port = await freePort();
  const target = [
    `host=${hostname} port=${serverPort || 5432} dbname='${database}' user='${user}'`,
    password && `password='${decodeURIComponent(password)}'`,
  ];
  const config = join(folder, "pgbouncer.ini");
  writeFileSync(
    config,
    `[databases]
sessions = ${target.filter(Boolean).join(" ")}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 5
max_client_conn = 500
server_login_retry = 1
log_connections = 0
log_disconnections = 0
`,
    { mode: 0o644 },
  );
  const server = new ServerProcess("pgbouncer", port, folder, [config]);
  try {
    await server.start();
  } catch (error) {
    server.destroy();
    throw error;
  }
  return {
    url: `postgres://${encodeURIComponent(user)}@127.0.0.1:${port}/sessions`,
    process: server,
    destroy: () => server.destroy(),
  };
}
