import { Session } from "./session.ts";

/**
 * A session that lives in its cookie, encrypted: no server state, and the same face as {@link Session}.
 *
 * What follows from that: it holds at most what fits into its cookies; parallel requests overwrite each other, the
 * last answer wins; and a copied cookie works until its limits pass, unless `isRevoked` says otherwise.
 *
 * @see Beaker `CookieSession`.
 */
export class CookieSession<Data extends object = Record<string, unknown>> extends Session<Data> {}
