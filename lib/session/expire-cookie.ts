import { expireChunks } from "../cookie/chunks.ts";
import type { CookieJar } from "../cookie/jar.ts";
import type { Config } from "../options/config.ts";
import { expiredAttributesOf } from "./cookie-of.ts";

/** Expires the session's cookie in whatever pieces it has, as configured; sends nothing where there is none. */
export function expireSessionCookie(config: Config, jar: CookieJar): void {
  expireChunks(jar, config.cookieName, expiredAttributesOf(config, {}));
}
