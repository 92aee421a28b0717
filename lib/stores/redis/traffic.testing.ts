/** For the tests of faults: users who go on using an application while its Redis has trouble. */
import { expect, onTestFinished } from "vitest";
import { SessionError, StoreUnavailableError } from "../../errors.ts";
import { Browser, SECRET } from "../../session/kinds.testing.ts";
import { createSessions } from "../../sessions.ts";
import { fakeCookies } from "../../testing/fake-cookies.ts";
import { redisStore } from "../redis.ts";
import type { SessionStore } from "../store.ts";
import { CLIENTS, type ClientName, connect } from "./clients.testing.ts";
import { freshPrefix } from "./scene.testing.ts";

/** What a session holds: whose it is, and a mark of each save. */
interface Used {
  user?: string;
  [save: `save ${number}`]: number;
}

/** Seconds that a call of the store may take here. */
const STORE_TIMEOUT = 1;
const USERS = 4;

/** One user of one application. */
interface User {
  readonly name: string;
  readonly browser: Browser<Used>;
  id: string;
  attempts: number;
  /** What the application said it had saved, and when. */
  readonly acknowledged: Array<{ readonly save: `save ${number}`; readonly at: number }>;
}

/** One application for each client library and major, with its users, all on one server. */
export class Traffic {
  /** What went wrong for users; nothing but a `StoreUnavailableError` may. */
  readonly failures: Array<{ readonly client: ClientName; readonly error: unknown; readonly took: number }> =
    [];
  readonly #applications: Array<{
    readonly client: ClientName;
    readonly prefix: string;
    readonly store: SessionStore;
    readonly users: User[];
  }> = [];
  #over = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(url: string, clients: readonly ClientName[] = CLIENTS) {
    for (const client of clients) {
      const connected = connect(client, url);
      const prefix = freshPrefix();
      const store = redisStore({ client: connected.client, prefix });
      const sessions = createSessions<Used>({ secret: SECRET, store, storeTimeout: STORE_TIMEOUT });
      const users = Array.from({ length: USERS }, (_, index) => ({
        name: `${client}, user ${index}`,
        browser: new Browser(sessions, fakeCookies({})),
        id: "",
        attempts: 0,
        acknowledged: [],
      }));
      this.#applications.push({ client, prefix, store, users });
      onTestFinished(connected.close);
    }
    onTestFinished(() => {
      this.#over = true;
    });
  }

  /** Signs everybody in, and lets them go on from there. */
  async begin(): Promise<void> {
    // node-redis takes its time to connect through Sentinels.
    await Promise.all(this.#applications.map(({ store }) => store.get("anything")));
    await this.#each(async (user) => {
      user.id = await user.browser.start({ user: user.name });
    });
    this.#running = this.#each(async (user, client) => {
      while (!this.#over) {
        await this.#request(user, client);
        await pause(30);
      }
    });
    await this.works();
  }

  /** Waits until every user has had a request answered that began after now. */
  async works(): Promise<void> {
    const from = performance.now();
    await this.#each(async ({ acknowledged, name }) => {
      for (;;) {
        // The one after the next, which may have begun before.
        if (acknowledged.filter(({ at }) => at > from).length > 1) return;
        const waited = performance.now() - from;
        if (waited > 30_000) throw new Error(`${name} is not served again after ${Math.round(waited)} ms`);
        await pause(20);
      }
    });
  }

  /** Waits until every application has had a request fail since now. */
  async fails(): Promise<void> {
    const from = this.failures.length;
    for (;;) {
      const failing = new Set(this.failures.slice(from).map(({ client }) => client));
      if (this.#applications.every(({ client }) => failing.has(client))) return;
      await pause(20);
    }
  }

  /** The names of the users' records in Redis. */
  records(): string[] {
    return this.#applications.flatMap(({ prefix, users }) => users.map(({ id }) => `${prefix}{${id}}`));
  }

  /**
   * Ends the traffic and looks at what is stored: everybody is signed in as who they are, no failure was of another
   * kind or took longer than it may, and no save that was acknowledged is missing; but for those between `lost.from`
   * and `lost.until` (`performance.now()`), where Redis itself promises nothing.
   */
  async settle(lost?: { from: number; until: number }): Promise<void> {
    this.#over = true;
    await this.#running;
    for (const { error, took } of this.failures) {
      expect(error).toBeInstanceOf(StoreUnavailableError);
      // A request is two calls of the store, and this machine may be slow.
      expect(took).toBeLessThan(STORE_TIMEOUT * 1000 * 2 + 3000);
    }
    await this.#each(async ({ browser, name, id, acknowledged }) => {
      await browser.visit((session) => {
        expect([session.data.user, session.id, session.isNew]).toEqual([name, id, false]);
        const missing = acknowledged.filter(
          ({ save, at }) => session.data[save] === undefined && !(lost && at > lost.from && at < lost.until),
        );
        expect(missing).toEqual([]);
        expect(acknowledged.length).toBeGreaterThan(1);
      });
    });
  }

  async #request(user: User, client: ClientName): Promise<void> {
    const save = `save ${++user.attempts}` as const;
    const began = performance.now();
    try {
      await user.browser.visit(async (session) => {
        if (session.data.user !== user.name) {
          throw new Error(`${user.name} is given ${JSON.stringify(session.data).slice(0, 200)}`);
        }
        session.data[save] = 1;
        await session.save();
      });
      user.acknowledged.push({ save, at: performance.now() });
    } catch (error) {
      this.failures.push({ client, error, took: performance.now() - began });
      if (!(error instanceof SessionError)) this.#over = true;
    }
  }

  async #each(act: (user: User, client: ClientName) => Promise<void>): Promise<void> {
    await Promise.all(
      this.#applications.flatMap(({ users, client }) => users.map((user) => act(user, client))),
    );
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
