/** For the tests of sessions: Postgres as one more kind. */
import pg from "pg";
import { afterAll, inject } from "vitest";
import { type Kind, kind } from "../../session/kinds.testing.ts";
import { postgresStore } from "../postgres.ts";
import type { SessionStore } from "../store.ts";
import { freshTable } from "./scene.testing.ts";

/** Sessions in tables of their own, one for each scene. */
export function postgresKind(): Kind {
  const pool = new pg.Pool({ connectionString: inject("postgresUrl") });
  afterAll(() => pool.end());
  return kind("postgres", () => {
    const table = freshTable();
    const store = postgresStore({ pool, table, unlogged: true });
    const dropped = () => pool.query(`DROP TABLE IF EXISTS ${table}_locks, ${table}`);
    return onceReady(store, store.ensureTable(), async () => void (await dropped()));
  });
}

/** A scene is made at once; its table takes a moment. */
function onceReady(
  store: Required<Omit<SessionStore, "close" | "capabilities">>,
  ready: Promise<void>,
  close: () => Promise<void>,
): SessionStore {
  return {
    name: store.name,
    get: (key) => ready.then(() => store.get(key)),
    set: (key, record, when) => ready.then(() => store.set(key, record, when)),
    touch: (key, accessedAt, expiresAt) => ready.then(() => store.touch(key, accessedAt, expiresAt)),
    delete: (key) => ready.then(() => store.delete(key)),
    lock: (key, options) => ready.then(() => store.lock(key, options)),
    async *list(subject) {
      await ready;
      yield* store.list(subject);
    },
    prune: (before, limit) => ready.then(() => store.prune(before, limit)),
    close: () => ready.then(close),
  };
}
