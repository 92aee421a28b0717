/** For the tests of sessions: every kind, a browser that visits, and a store that is watched and fails on demand. */
import { onTestFinished } from "vitest";
import type { SessionEvent } from "../events.ts";
import type { CommonOptions, CookieSecurityOptions, KeyOptions, SessionOptions } from "../options/options.ts";
import { createSessions, type Sessions } from "../sessions.ts";
import { fileStore } from "../stores/file.ts";
import { memoryStore } from "../stores/memory.ts";
import { scratchPath } from "../stores/sqlite/scratch.testing.ts";
import { sqliteStore } from "../stores/sqlite.ts";
import type { SessionStore } from "../stores/store.ts";
import { type FakeClock, fakeClock } from "../testing/clock.ts";
import { type FakeCookies, fakeCookies } from "../testing/fake-cookies.ts";
import type { Session } from "./session.ts";
import { type WatchedStore, watched } from "./watched-store.testing.ts";

export const SECRET = "a secret of forty characters, for tests.";
export const OTHER_SECRET = "another secret of forty characters, too.";
export const COOKIE = "beaker.session.id";

export type Values = Record<string, unknown>;

/** What a test may set besides where the session lives. */
export type Extra<Data extends object = Values> = Partial<CommonOptions<Data>> &
  (KeyOptions | object) &
  (CookieSecurityOptions | object);

/** One way to keep sessions. */
export interface Kind {
  readonly name: string;
  /** Whether its server removes expired records by itself, by its own clock, so that no test can see it done. */
  readonly removesExpired: boolean;
  /** Sessions of this kind with everything around them; each call has a store, a clock and a browser of its own. */
  scene<Data extends object = Values>(extra?: Extra<Data>): Scene<Data>;
}

/** Sessions and their surroundings. */
export interface Scene<Data extends object = Values> {
  readonly sessions: Sessions<Data>;
  readonly clock: FakeClock;
  readonly events: SessionEvent[];
  readonly browser: Browser<Data>;
  /** Throws on cookie sessions. */
  readonly store: WatchedStore;
  /** The types of the events since last asked. */
  happened(): string[];
  /** The same store, clock and browser under other options: a new release of the application. */
  release<Other extends object = Data>(extra: Extra<Other>): Scene<Other>;
  /** How many records a request could still find. Always 0 on cookie sessions. */
  live(): Promise<number>;
  /** Resolves once no purge in passing is on its way any more: it takes no notice of a clock that is set back meanwhile. */
  purged(): Promise<unknown>;
}

/** A kind whose scenes have what `create` gives: an empty store each, or none for cookie sessions. */
export function kind(name: string, create: () => SessionStore | undefined, removesExpired = false): Kind {
  return {
    name,
    removesExpired,
    scene: (extra) => {
      const inner = create();
      if (inner) onTestFinished(() => inner.close?.());
      const clock = fakeClock();
      return scene(extra ?? {}, inner && watched(inner), clock, fakeCookies({}, { clock }));
    },
  };
}

let memories = 0;
const cookie = kind("cookie", () => undefined);
const memory = kind("memory", () => memoryStore({ name: `test ${++memories}` }));
const sqlite = kind("sqlite", () => sqliteStore({ path: scratchPath() }));

const file = kind("file", () => fileStore({ dir: scratchPath("sessions") }));

const all = [cookie, memory, sqlite, file];
const stored = [memory, sqlite, file];
export const kinds: readonly Kind[] = all;
export const storeKinds: readonly Kind[] = stored;
export const cookieKind: Kind = cookie;
export const memoryKind: Kind = memory;

/**
 * Puts every test that is imported from here on onto these kinds, which keep sessions on a server. A
 * `*.servers.test.ts` calls it and then imports the tests:
 *
 *     runOn(kind("redis", () => redisStore({ client, prefix: `${crypto.randomUUID()}:` })));
 *     await import("./session.test.ts");
 */
export function runOn(...servers: readonly Kind[]): void {
  all.splice(0, all.length, ...servers);
  stored.splice(0, stored.length, ...servers);
}

function scene<Data extends object>(
  extra: Extra<Data>,
  store: WatchedStore | undefined,
  clock: FakeClock,
  jar: FakeCookies,
): Scene<Data> {
  const events: SessionEvent[] = [];
  const keys = "validateKey" in extra || "secret" in extra ? {} : { secret: SECRET };
  const place = store ? { store } : { type: "cookie" };
  const onEvent = (event: SessionEvent) => events.push(event);
  const sessions = createSessions({ ...keys, ...place, clock, onEvent, ...extra } as SessionOptions<Data>);
  let told = 0;
  return {
    sessions,
    clock,
    events,
    browser: new Browser(sessions, jar),
    get store() {
      if (store) return store;
      throw new Error("A cookie session has no store.");
    },
    happened() {
      const news = events.slice(told).map(({ type }) => type);
      told = events.length;
      return news;
    },
    release: (other) => scene(other, store, clock, jar),
    live: async () => (await store?.live(clock())) ?? 0,
    purged: async () => store?.pruned(),
  };
}

/** The token in a store session's cookie in each form that text may hold it in. */
export function tokenForms(cookie: string): string[] {
  // Its 32 bytes stand behind version and key hint.
  const token = Buffer.from(cookie, "base64url").subarray(2, 34);
  return (["base64url", "base64", "hex"] as const).map((form) => token.toString(form).replaceAll("=", ""));
}

/** Keeps cookies from visit to visit, as browsers do. */
export class Browser<Data extends object = Values> {
  readonly #sessions: Sessions<Data>;
  /** What the browser keeps. */
  readonly kept: FakeCookies;

  constructor(sessions: Sessions<Data>, kept: FakeCookies) {
    this.#sessions = sessions;
    this.kept = kept;
  }

  /** The cookies of a request that begins now. */
  request(): FakeCookies {
    return this.kept.nextRequest();
  }

  /** The answer to a request arrives. */
  answered(cookies: FakeCookies): void {
    for (const { name, value, options } of cookies.writes) this.kept.set(name, value, options);
  }

  /** A request from beginning to end. */
  async visit<T>(
    work: (session: Session<Data>, cookies: FakeCookies) => T | Promise<T> = () => undefined as T,
  ): Promise<T> {
    const cookies = this.request();
    try {
      return await work(await this.#sessions.getSession(cookies), cookies);
    } finally {
      this.answered(cookies);
    }
  }

  /** A request that goes on while others come and go. */
  async begin(): Promise<{ session: Session<Data>; cookies: FakeCookies }> {
    const cookies = this.request();
    return { session: await this.#sessions.getSession(cookies), cookies };
  }

  /** A session with this data, saved in a request of its own. */
  async start(data: Partial<Data>): Promise<string> {
    return this.visit(async (session) => {
      Object.assign(session.data, data);
      await session.save();
      return session.id;
    });
  }

  /** What a request finds, without counting as an access. */
  async data(): Promise<Partial<Data>> {
    const session = await this.#sessions.getSession(this.request());
    return session.data;
  }

  /** The cookie's value. */
  value(name: string = COOKIE): string | undefined {
    return this.kept.get(name)?.value;
  }

  /** Somebody puts another value into the browser. */
  plant(value: string, name: string = COOKIE): void {
    this.kept.set(name, value, { path: "/" });
  }
}
