import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../../tools/servers/postgres.ts";
import { Browser, SECRET, type Values } from "../session/kinds.testing.ts";
import { createSessions, type Sessions } from "../sessions.ts";
import { fakeClock } from "../testing/clock.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { postgresStore } from "./postgres.ts";

let server: PostgresServer;
let pool: pg.Pool;
let admin: pg.Client;
let sessions: Sessions<Values>;
const clock = fakeClock();

beforeAll(async () => {
  server = await startPostgres({ settings: { "pg_stat_statements.track_utility": "on" } });
  admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query("CREATE EXTENSION pg_stat_statements; CREATE ROLE application LOGIN SUPERUSER");
  pool = new pg.Pool({ connectionString: server.url.replace("postgres@", "application@") });
  const store = postgresStore({ pool });
  await store.ensureTable();
  sessions = createSessions({ store, secret: SECRET, secure: true, timeout: 3600, clock });
  // The first session made also prunes in passing.
  await new Browser(sessions, fakeCookies({}, { clock })).start({ a: 0 });
});

afterAll(async () => {
  await pool.end();
  await admin.end();
  server.destroy();
});

/** Each statement was one round trip, and whatever opens or ends a transaction counts, too. */
async function trips(work: () => Promise<unknown>): Promise<number> {
  await admin.query("SELECT pg_stat_statements_reset()");
  await work();
  const { rows } = await admin.query(
    "SELECT coalesce(sum(calls), 0)::int AS n FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid WHERE rolname = 'application'",
  );
  return rows[0].n;
}

let browser: Browser<Values>;
beforeEach(async () => {
  browser = new Browser(sessions, fakeCookies({}, { clock }));
  await browser.start({ a: 1 });
});

test("a read is one round trip", async () => {
  expect(await trips(() => browser.visit((session) => session.data["a"]))).toBe(1);
});

test("creating a session is one", async () => {
  const other = new Browser(sessions, fakeCookies({}, { clock }));
  expect(await trips(() => other.start({ a: 1 }))).toBe(1);
});

test("a save where nobody interfered is one", async () => {
  const { session } = await browser.begin();
  session.data["a"] = 2;
  expect(await trips(() => session.save())).toBe(1);
});

test("moving the access time is one, on top of the read that does it in passing", async () => {
  clock.advance(120);
  expect(await trips(() => browser.visit((session) => session.data["a"]))).toBe(2);
  expect(await trips(() => browser.visit((session) => session.data["a"]))).toBe(1);
});

test("save({ accessedOnly: true }) is two: it makes sure first that nobody has ended the session", async () => {
  const { session } = await browser.begin();
  expect(await trips(() => session.save({ accessedOnly: true }))).toBe(2);
});

test("regenerate() is at most two", async () => {
  const { session } = await browser.begin();
  expect(await trips(() => session.regenerate())).toBeLessThanOrEqual(2);
});

test("taking a free lock with the reload is two, and delete() two: ended by compare-and-set, then removed", async () => {
  const { session } = await browser.begin();
  expect(await trips(() => session.lock())).toBe(2);
  expect(await trips(() => session.unlock())).toBe(1);
  expect(await trips(() => session.delete())).toBe(2);
});
