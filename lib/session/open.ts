import type { CookieJar } from "../cookie/jar.ts";
import type { Config } from "../options/config.ts";
import type { SessionStore } from "../stores/store.ts";
import { CookieBacking } from "./cookie-backing.ts";
import { CookieSession } from "./cookie-session.ts";
import { Engine } from "./engine.ts";
import { Session } from "./session.ts";
import { StoreBacking } from "./store-backing.ts";

/** A session not yet loaded, with the engine that drives it. */
export interface Opened<Data extends object> {
  readonly session: Session<Data>;
  readonly engine: Engine;
}

/** The session that this jar's cookie names. */
export function openSession<Data extends object>(config: Config, jar: CookieJar): Opened<Data> {
  if (config.store) {
    const engine = new Engine(config, new StoreBacking(config, config.store, jar));
    return { engine, session: new Session<Data>(engine) };
  }
  const engine = new Engine(config, new CookieBacking(config, jar));
  return { engine, session: new CookieSession<Data>(engine) };
}

/** The session under a public id, without any cookie. */
export function openById<Data extends object>(config: Config, store: SessionStore, id: string): Opened<Data> {
  const engine = new Engine(config, new StoreBacking(config, store, undefined, id));
  return { engine, session: new Session<Data>(engine) };
}
