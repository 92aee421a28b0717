import type { CookieJar, CookieStore } from "../cookie/jar.ts";
import type { Config } from "../options/config.ts";
import type { SessionOptions } from "../options/options.ts";
import { isConfig } from "../options/resolve.ts";
import type { SessionKind } from "./backing/backing-for.ts";
import { Session } from "./session.ts";

/**
 * A session that lives in its cookie, encrypted: no server state, and the same face as {@link Session}.
 *
 * What follows from that: it holds at most what fits into its cookies; parallel requests overwrite each other, the
 * last answer wins; and a copied cookie works until its limits pass, unless `isRevoked` says otherwise.
 *
 * @see Beaker `CookieSession`.
 * @example
 * const session = new CookieSession(await cookies(), { secret });
 * await session.load();
 */
export class CookieSession<Data extends object = Record<string, unknown>> extends Session<Data> {
  protected static override readonly kind: SessionKind = "cookie";

  /** @param options as for `createSessions`; `type: "cookie"` goes without saying. */
  constructor(cookies: CookieStore | CookieJar, options: SessionOptions<Data> | Config) {
    const asGiven = isConfig(options) || options.type !== undefined || options.store !== undefined;
    super(cookies, asGiven ? options : ({ ...options, type: "cookie" } as SessionOptions<Data>));
  }
}
