import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresStore } from "next-beaker/stores/postgres";
import { Pool } from "pg";
import { ensurePrograms } from "../tools/servers/programs.ts";

/** What the records of a run rest in. */
export interface Engine {
  /** Tells the app where to find it: see app/sessions.ts. */
  readonly environment: Readonly<Record<string, string>>;
  /** Removes it with all that is in it. */
  destroy(): void;
}

/** Every store that can be tortured, and how what it needs is started. */
export const ENGINES: Readonly<Record<string, () => Promise<Engine>>> = {
  sqlite: async () => onDisk("sqlite"),
  file: async () => onDisk("file"),

  async redis() {
    ensurePrograms();
    const { startRedis } = await import("../tools/servers/redis.ts");
    const server = await startRedis();
    return served("redis", server.url, () => server.destroy());
  },

  async cluster() {
    ensurePrograms();
    const { startRedisCluster } = await import("../tools/servers/redis-cluster.ts");
    const cluster = await startRedisCluster();
    return served("cluster", cluster.url, () => cluster.destroy());
  },

  async postgres() {
    ensurePrograms();
    const { startPostgres } = await import("../tools/servers/postgres.ts");
    const server = await startPostgres();
    const pool = new Pool({ connectionString: server.url });
    await postgresStore({ pool }).ensureTable();
    await pool.end();
    return served("postgres", server.url, () => server.destroy());
  },
};

function onDisk(store: string): Engine {
  const directory = mkdtempSync(join(tmpdir(), "next-beaker-torture-"));
  return {
    environment: { TORTURE_STORE: store, TORTURE_PLACE: directory },
    destroy: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function served(store: string, url: string, destroy: () => void): Engine {
  return { environment: { TORTURE_STORE: store, TORTURE_PLACE: url }, destroy };
}
