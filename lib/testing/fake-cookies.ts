/** What `set` may say about a cookie; Next's `ResponseCookie` without name and value. */
export interface FakeCookieOptions {
  readonly domain?: string | undefined;
  readonly path?: string | undefined;
  readonly expires?: Date | number | undefined;
  /** Seconds. */
  readonly maxAge?: number | undefined;
  readonly secure?: boolean | undefined;
  readonly httpOnly?: boolean | undefined;
  readonly sameSite?: boolean | "lax" | "strict" | "none" | undefined;
  readonly priority?: "low" | "medium" | "high" | undefined;
  readonly partitioned?: boolean | undefined;
}

/** One call of `set`, in the order in which they came. */
export interface CookieWrite {
  readonly name: string;
  readonly value: string;
  readonly options: FakeCookieOptions;
}

/** A cookie jar in the shape of Next's `cookies()` and of iron-session's `CookieStore`. */
export interface FakeCookies {
  get(name: string): { name: string; value: string } | undefined;
  getAll(): Array<{ name: string; value: string }>;
  set(name: string, value: string, options?: FakeCookieOptions): void;
  /** Every `set` since this jar was made, also those that a browser will refuse. */
  readonly writes: CookieWrite[];
  /** True makes `set` throw as it does while Next renders a component. */
  readonly: boolean;
  /** A new jar, with what a browser sends in its next request over https. */
  nextRequest(): FakeCookies;
}

/**
 * A cookie store for tests: it reads its own writes, forgets what is expired, and gives in
 * {@link FakeCookies.nextRequest} what a browser would have kept.
 *
 * @param initial names and values that the request brought.
 * @param settings `clock` for expiry, epoch milliseconds; default `Date.now`.
 * @throws {Error} from `set` while `readonly`, with Next's own words.
 * @example
 * const cookies = fakeCookies();
 * const session = await getSession(cookies);
 * await session.save();
 * const again = await getSession(cookies.nextRequest());
 */
export function fakeCookies(
  initial: Readonly<Record<string, string>> = {},
  settings: { readonly clock?: () => number } = {},
): FakeCookies {
  const start = Object.entries(initial).map(([name, value]) => ({ name, value, deadline: Infinity }));
  return jar(start, settings.clock ?? Date.now);
}

interface Kept {
  readonly name: string;
  readonly value: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
}

function jar(initial: readonly Kept[], clock: () => number): FakeCookies {
  const seen = new Map(initial.map((cookie) => [cookie.name, cookie]));
  const atBrowser = new Map(seen);
  const writes: CookieWrite[] = [];
  const visible = () => [...seen.values()].map(({ name, value }) => ({ name, value }));

  return {
    writes,
    readonly: false,

    get(name) {
      return visible().find((cookie) => cookie.name === name);
    },

    getAll() {
      return visible();
    },

    set(name, value, options = {}) {
      if (this.readonly) throw new Error(READONLY);
      writes.push({ name, value, options });
      const cookie = { name, value, deadline: deadlineOf(options, clock()) };
      keep(seen, cookie, clock());
      if (browserTakes(name, value, options)) keep(atBrowser, cookie, clock());
    },

    nextRequest() {
      const alive = [...atBrowser.values()].filter(({ deadline }) => deadline > clock());
      return jar(alive, clock);
    },
  };
}

const READONLY =
  "Cookies can only be modified in a Server Action or Route Handler. " +
  "Read more: https://nextjs.org/docs/app/api-reference/functions/cookies#options";

function keep(cookies: Map<string, Kept>, cookie: Kept, now: number): void {
  if (cookie.deadline > now) cookies.set(cookie.name, cookie);
  else cookies.delete(cookie.name);
}

function deadlineOf({ maxAge, expires }: FakeCookieOptions, now: number): number {
  // RFC 6265bis 5.7: Max-Age goes before Expires.
  if (maxAge !== undefined) return maxAge <= 0 ? -Infinity : now + maxAge * 1000;
  return expires === undefined ? Infinity : Number(expires);
}

/** RFC 6265bis 5.6 and 5.7, as far as one origin over https can tell. */
function browserTakes(name: string, value: string, options: FakeCookieOptions): boolean {
  const { secure = false, path = "/", domain, sameSite } = options;
  const encoded = encodeURIComponent(value);
  if (name.length + encoded.length > 4096) return false;
  if (sameSite === "none" && !secure) return false;
  const lower = name.toLowerCase();
  if (lower.startsWith("__secure-") && !secure) return false;
  return !lower.startsWith("__host-") || (secure && path === "/" && domain === undefined);
}
