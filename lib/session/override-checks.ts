import { ConfigError } from "../errors.ts";
import { seconds } from "../options/check.ts";
import type { Config } from "../options/config.ts";
import { cookieDomain, cookieExpires, cookiePath } from "../options/cookie-options.ts";
import type { Overrides } from "./overrides.ts";

/**
 * Holds a session's own settings to the rules of the options of the same names.
 *
 * @throws {ConfigError} for a value out of range.
 */
export function checkedOverrides(config: Config, overrides: Overrides): Overrides {
  if ("timeout" in overrides) {
    const timeout = seconds("timeout", overrides.timeout);
    if (timeout !== null && !config.saveAccessedTime) {
      throw new ConfigError("timeout", "`timeout` needs the access time: leave `saveAccessedTime` true.");
    }
    return { timeout };
  }
  if ("cookieExpires" in overrides) return { cookieExpires: cookieExpires(overrides.cookieExpires) };
  // RFC 6265bis 4.1.3.2: a `__Host-` cookie with a Domain, or another Path than /, is dropped by the browser.
  if (config.cookieName.toLowerCase().startsWith("__host-")) {
    throw new ConfigError(
      "key",
      `${config.cookieName} can have neither a domain nor a path of its own. Give the cookie another name with \`key\`.`,
    );
  }
  if ("domain" in overrides) {
    const domain = cookieDomain(overrides.domain);
    return domain === undefined ? {} : { domain };
  }
  return { path: cookiePath(overrides.path) };
}
