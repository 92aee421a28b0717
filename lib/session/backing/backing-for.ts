import type { CookieJar } from "../../cookie/jar.ts";
import { ConfigError } from "../../errors.ts";
import type { Config } from "../../options/config.ts";
import type { Backing } from "./backing.ts";
import { CookieBacking } from "./cookie-backing.ts";
import { StoreBacking } from "./store-backing.ts";

/** Where a class of sessions keeps them. */
export type SessionKind = "store" | "cookie";

/**
 * The backing that goes with a configuration and a class of sessions.
 *
 * @throws {ConfigError} where the two do not fit.
 */
export function backingFor(
  config: Config,
  kind: SessionKind,
  jar: CookieJar | undefined,
  id: string | undefined,
): Backing {
  if (config.store) {
    if (kind === "cookie") {
      throw new ConfigError(
        "store",
        "A CookieSession has no store. Use Session, or leave out `store` and `type`.",
      );
    }
    return new StoreBacking(
      config,
      config.store,
      id === undefined && config.useCookies ? jar : undefined,
      id,
    );
  }
  if (kind === "store")
    throw new ConfigError("type", 'type: "cookie" makes a CookieSession: use that class.');
  if (!jar) throw new ConfigError("type", "A cookie session needs somewhere to read and set its cookie.");
  return new CookieBacking(config, jar);
}
