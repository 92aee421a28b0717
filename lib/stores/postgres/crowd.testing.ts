/** For the tests of faults: a server of their own, and users on it in every way that it can be reached. */
import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { type PgBouncer, startPgBouncer } from "../../../tools/servers/pgbouncer.ts";
import { type PostgresServer, startPostgres } from "../../../tools/servers/postgres.ts";
import { type PostgresStore, postgresStore } from "../postgres.ts";
import { Users } from "./users.testing.ts";

/** Nothing that was acknowledged may be lost: as in production, everything reaches the disk. */
const DURABLE = { fsync: "on", synchronous_commit: "on", full_page_writes: "on", max_connections: 60 };
/** As the documentation recommends it. */
export const RECOMMENDED: pg.PoolConfig = {
  max: 10,
  connectionTimeoutMillis: 2000,
  query_timeout: 5000,
  keepAlive: true,
};
const USERS = 8;
/** Milliseconds in which a visit has failed: far less than the faults last, and enough for a busy machine. */
const BOUND = 4000;

/** A server for one test file, with PgBouncer before it. */
export class Scene {
  readonly server: PostgresServer;
  readonly bouncer: PgBouncer;
  /** One connection as a superuser, which faults spare. */
  readonly admin: pg.Pool;
  #tables = 0;

  private constructor(server: PostgresServer, bouncer: PgBouncer) {
    this.server = server;
    this.bouncer = bouncer;
    const options = "-c default_transaction_read_only=off";
    this.admin = new pg.Pool({
      connectionString: server.url,
      max: 1,
      idleTimeoutMillis: 0,
      application_name: "admin",
      options,
    });
    this.admin.on("error", () => {});
  }

  static async open(): Promise<Scene> {
    const server = await startPostgres({ settings: DURABLE });
    const scene = new Scene(server, await startPgBouncer(server));
    await scene.admin.query("SELECT 1");
    return scene;
  }

  async close(): Promise<void> {
    await this.admin.end();
    this.bouncer.destroy();
    this.server.destroy();
  }

  freshTable(): string {
    return `sessions_${++this.#tables}`;
  }

  /** One without a listener for "error": the store sees to it that the process survives. */
  pool(options: pg.PoolConfig = RECOMMENDED, url: string = this.server.url): pg.Pool {
    const pool = new pg.Pool({ connectionString: url, application_name: "users", ...options });
    onTestFinished(() => pool.end());
    return pool;
  }

  async store(pool: pg.Pool = this.pool(), table: string = this.freshTable()): Promise<PostgresStore> {
    const store = postgresStore({ pool, table });
    await store.ensureTable();
    return store;
  }

  /** Users on a pool as the docs recommend it, on one as it comes, and through PgBouncer; all in one table. */
  async crowd(): Promise<Crowd> {
    const table = this.freshTable();
    const pools = [this.pool(), this.pool({}), this.pool({}, this.bouncer.url)];
    const crowd = new Crowd();
    onTestFinished(() => crowd.stop());
    for (const pool of pools) {
      const users = new Users(await this.store(pool, table));
      crowd.all.push(users);
      await users.start(USERS);
    }
    await crowd.isWell();
    return crowd;
  }
}

/** All users of a test. */
export class Crowd {
  readonly all: Users[] = [];

  /** Everybody saves, and nothing fails. */
  async isWell(): Promise<void> {
    await this.#everyoneSaves();
    for (const users of this.all) expect(users.report()).toMatchObject({ wrong: [], unavailable: 0 });
  }

  /** After a fault: everybody goes on, nothing was lost, and nobody waited for long. Gives what the errors said. */
  async survived(): Promise<string[]> {
    await this.#everyoneSaves();
    const messages: string[] = [];
    for (const users of this.all) {
      const report = users.report();
      expect(report.wrong).toEqual([]);
      expect(report.unavailable).toBeGreaterThan(0);
      expect(report.slowest).toBeLessThan(BOUND);
      messages.push(...report.messages);
    }
    await this.isWell();
    return [...new Set(messages)];
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((users) => users.stop()));
  }

  #everyoneSaves(): Promise<unknown> {
    return Promise.all(this.all.map((users) => users.everyoneSaves()));
  }
}

/** The scene of a test file. */
export function sceneOfFile(): { readonly now: Scene } {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open();
  });
  afterAll(() => scene.close());
  return {
    get now() {
      return scene;
    },
  };
}
