import type { CookieJar } from "../cookie/jar.ts";
import type { Config } from "../options/config.ts";
import { CookieSession } from "./cookie-session.ts";
import type { Engine } from "./engine.ts";
import { Session } from "./session.ts";
import { SessionFace } from "./session-face.ts";

/** A session not yet loaded, with the engine that drives it. */
export interface Opened<Data extends object> {
  readonly session: Session<Data>;
  readonly engine: Engine;
}

/** The session that this jar's cookie names. */
export function openSession<Data extends object>(config: Config, jar: CookieJar): Opened<Data> {
  const session = config.store ? new Session<Data>(jar, config) : new CookieSession<Data>(jar, config);
  return { session, engine: SessionFace.engineOf(session) };
}

/** The session under a public id, without any cookie. */
export function openById<Data extends object>(config: Config, id: string): Opened<Data> {
  const session = new Session<Data>(null, config, id);
  return { session, engine: SessionFace.engineOf(session) };
}
