/** How session cookies are read and set, whatever carries them. A jar never knows what a value means. */
export abstract class CookieJar {
  /** The cookie's value as this request now sees it, own writes included; undefined when absent or empty. */
  abstract get(name: string): string | undefined;

  /**
   * Sets a cookie on the response.
   *
   * @throws {ReadonlySessionError} where no cookie can be set.
   */
  abstract set(name: string, value: string, attributes: CookieAttributes): void;
}

/** The attributes of a `Set-Cookie` line (RFC 6265bis 5.6), in the spelling that Next.js and iron-session use. */
export interface CookieAttributes {
  /** Seconds from now; 0 expires the cookie. Without it and `expires` the browser forgets it when it closes. */
  maxAge?: number;
  expires?: Date;
  domain?: string;
  path?: string;
  secure?: boolean;
  httpOnly?: boolean;
  sameSite?: "lax" | "strict" | "none";
  partitioned?: boolean;
  priority?: "low" | "medium" | "high";
}

/**
 * What iron-session calls a cookie store: the shape of `await cookies()` in Next.js.
 *
 * `set` takes its third argument always and gives `unknown`, so that Next's read-only type fits as well.
 */
export interface CookieStore {
  get(name: string): { name: string; value: string } | undefined;
  getAll?(): { name: string; value: string }[];
  set(name: string, value: string, options: CookieAttributes): unknown;
}
