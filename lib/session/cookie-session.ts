import type { CookieJar, CookieStore } from "../cookie/jar.ts";
import { openJar } from "../cookie/open-jar.ts";
import { ConfigError } from "../errors.ts";
import type { Config } from "../options/config.ts";
import type { SessionOptions } from "../options/options.ts";
import { asConfig, type ResolveStore } from "../options/resolve.ts";
import { CookieBacking } from "./backing/cookie-backing.ts";
import { Engine } from "./engine.ts";
import { SessionFace } from "./session-face.ts";

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
export class CookieSession<Data extends object = Record<string, unknown>> extends SessionFace<Data> {
  /** @param options as for `createSessions`; `type: "cookie"` goes without saying. */
  constructor(cookies: CookieStore | CookieJar, options: SessionOptions<Data> | Config) {
    const config = asConfig(options, refuseStore);
    if (config.store) throw hasNoStore("store");
    super(new Engine(config, new CookieBacking(config, openJar(cookies))));
  }
}

/** The code of our stores stays out of what a cookie session needs: it weighs as much again. */
const refuseStore: ResolveStore = ({ type, store, dataDir }) => {
  if (store !== undefined || (type !== undefined && type !== "cookie")) throw hasNoStore("store");
  if (dataDir !== undefined) throw hasNoStore("dataDir");
  return undefined;
};

function hasNoStore(option: string): ConfigError {
  return new ConfigError(
    option,
    "A CookieSession has no store. Use Session, or leave out `store`, `dataDir` and `type`.",
  );
}
