/**
 * For the table: its columns. A row runs on `CookieSession` and on `Session` over every store, each time twice: as
 * `getSession` gives it, and by the class itself, as in Beaker. The stores are those of `kinds.testing.ts`: a line
 * there is two columns here.
 */
import { resolveStore } from "../options/kind.ts";
import { resolveOptions } from "../options/resolve.ts";
import { CookieSession } from "../session/cookie-session.ts";
import {
  Browser,
  type Extra,
  type Kind,
  kinds,
  type Scene,
  SECRET,
  type Values,
} from "../session/kinds.testing.ts";
import { Session } from "../session/session.ts";
import type { Sessions } from "../sessions.ts";
import type { FakeCookies } from "../testing/fake-cookies.ts";

export interface Column {
  readonly name: string;
  /** Whether it is a CookieSession. */
  readonly inCookie: boolean;
  scene<Data extends object = Values>(extra?: Extra<Data>): Scene<Data>;
}

export const columns: readonly Column[] = kinds.flatMap((kind) => {
  const inCookie = kind.name === "cookie";
  const name = inCookie ? "CookieSession" : `Session on ${kind.name}`;
  return [
    { name: `${name}, getSession()`, inCookie, scene: kind.scene },
    { name: `${name}, the class`, inCookie, scene: (extra) => byClass(kind.scene(extra), inCookie, extra) },
  ] satisfies Column[];
});
export const storeColumns: readonly Column[] = columns.filter(({ inCookie }) => !inCookie);
export const cookieColumns: readonly Column[] = columns.filter(({ inCookie }) => inCookie);
export const stores: readonly Kind[] = kinds.filter(({ name }) => name !== "cookie");

/** The same place, with sessions made by `new` and `load()`. */
function byClass<Data extends object>(
  scene: Scene<Data>,
  inCookie: boolean,
  extra: Extra<Data> = {},
): Scene<Data> {
  const keys = "validateKey" in extra || "secret" in extra ? {} : { secret: SECRET };
  const place = inCookie ? { type: "cookie" as const } : { store: scene.store };
  const { clock, events } = scene;
  const options = { ...keys, ...place, clock, onEvent: (event: never) => events.push(event), ...extra };
  // Checked once, as applications should.
  const config = resolveOptions(options as never, resolveStore);
  const getSession = async (cookies: FakeCookies) => {
    const session = inCookie ? new CookieSession<Data>(cookies, config) : new Session<Data>(cookies, config);
    await session.load();
    return session;
  };
  const sessions = { ...scene.sessions, getSession } as Sessions<Data>;
  return Object.defineProperties({} as Scene<Data>, {
    ...Object.getOwnPropertyDescriptors(scene),
    sessions: { value: sessions },
    browser: { value: new Browser(sessions, scene.browser.kept) },
    release: {
      value: (other: Extra<Data>) => byClass(scene.release(other), inCookie, other),
    },
  });
}

/** What was written by a request: calls of the store that change it, and cookies set and expired. */
export interface Written {
  readonly store: string[];
  readonly cookie: string[];
}

/** What has been written since the last look. */
export function written(scene: Scene, cookies: FakeCookies): Written {
  const store = storeOf(scene)
    ?.asked()
    .filter((call) => call !== "get");
  return {
    store: store ?? [],
    cookie: cookies.writes.map(({ options }) => (options.maxAge === 0 ? "expired" : "set")),
  };
}

function storeOf(scene: Scene): Scene["store"] | undefined {
  try {
    return scene.store;
  } catch {
    return undefined;
  }
}
