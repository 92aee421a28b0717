import type { CookieJar, CookieStore } from "../cookie/jar.ts";
import { openJar } from "../cookie/open-jar.ts";
import { ConfigError } from "../errors.ts";
import type { Config } from "../options/config.ts";
import { resolveStore } from "../options/kind.ts";
import type { SessionOptions } from "../options/options.ts";
import { asConfig } from "../options/resolve.ts";
import { StoreBacking } from "./backing/store-backing.ts";
import { Engine } from "./engine.ts";
import { SessionFace } from "./session-face.ts";

const hasInstance = Function.prototype[Symbol.hasInstance];

/** One visitor's session, kept in a store; its cookie holds nothing but a signed token. */
export class Session<Data extends object = Record<string, unknown>> extends SessionFace<Data> {
  /** A `CookieSession` is a `Session` as well, as in Beaker; it does not extend this class, to do without its stores. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: subclasses inherit this, and are asked for themselves.
    return this === Session ? value instanceof SessionFace : hasInstance.call(this, value);
  }

  /**
   * `getSession` does this for you. By itself, over any cookie store, the session is empty until `load()`.
   *
   * @param cookies where its cookie is read and set; null for a session that is known by its id alone.
   * @param options as for `createSessions`, which checks them once and not for each request.
   * @param id public id of an existing session: beats the cookie, which is then neither read nor written.
   * @throws {ConfigError} for options that do not go with this class: a cookie session is a `CookieSession`.
   * @example
   * const session = new Session(await cookies(), { secret, dataDir: ".data" });
   * await session.load();
   */
  constructor(cookies: CookieStore | CookieJar | null, options: SessionOptions<Data> | Config, id?: string) {
    const config = asConfig(options, resolveStore);
    if (!config.store) {
      throw new ConfigError("type", 'type: "cookie" makes a CookieSession: use that class.');
    }
    const jar = id === undefined && config.useCookies && cookies !== null ? openJar(cookies) : undefined;
    super(new Engine(config, new StoreBacking(config, config.store, jar, id)));
  }
}
