const TWO_TRIPS =
  "Two is the least: what is to be compared must be read before it is set. express-session reads and sets as well.";
const HAND =
  'The row "same promises by hand" shows how much of what is missing are the promises themselves, whoever makes them: ';
const ONE_SESSION =
  "one session a request takes `headers()`, the one object by which Next.js lets a request be known again in its render and in `after()`; ";
const REST =
  'The column "inside" is the steadier figure: garbage collections, which take some 8 ms each, make ratios of throughput uncertain by 0.02. ' +
  "Measured step by step in the handler, once V8 had compiled all of it, a cookie's read of ours took of its 15 µs more than the minimum: 3.8 for `headers()`, " +
  "2.4 to look for the session there and to keep it there, 1.1 for the clock (Next.js' own `Date.now()`), 1.2 to refuse base64url that is not canonical, " +
  "0.9 for the times beside the data, 0.7 for the nonce's key, 0.7 for the limits, and the rest for what is called and made in between. By hand the first three are " +
  "the same. In loops of their own keeping the session and reading base64url take a tenth of that: between two requests Next.js runs so much code that ours is never at hand. A save's walk " +
  "over the values takes 2.5 (by hand, which looks for less, 1). Reading the `Cookie` header past `cookies()` would save more, and would not see a cookie " +
  "that the same request has set or deleted; Next.js' own object of the request would take the place of `headers()`, but is none of its public API.";
const READ_COOKIE = `${HAND}${ONE_SESSION}an idle limit takes its times. ${REST}`;
const SAVE_COOKIE = `${HAND}${ONE_SESSION}an idle limit takes its times; a save looks through the values for what JSON would lose. ${REST}`;
const SIGNED =
  `${HAND}${ONE_SESSION}the cookie's signature is checked (by hand at each request) and its token hashed into the record's key, where the minimum trusts any id ` +
  `that is sent and keeps it as it is, so that a leaked table of it is a list of sessions. ${REST}`;
const IN_PAGES =
  'What a session costs in a route handler, of a request that costs four times as much and varies more; the column "inside" says how little it is of that.';
const CORE =
  "Of 31.0 kB, taken out one after the other: all prose of errors leaves 26.7, then devalue 23.2, then the options' checks and all serialising 15.1, then " +
  "merging and overrides 14.1. What the goal asks for is less than the two backings, sealing, cookies and middleware. The budget keeps it from growing.";
const COOKIE_ONLY =
  "Of 20.9 kB, taken out one after the other: all prose of errors leaves 18.0, then devalue 14.6, then the options' checks and all serialising 8.7. Below the " +
  "goal are only sealing, the cookie's parts and what a session does. The budget keeps it from growing.";

/**
 * Why a goal is missed, by its id: printed only while it is. A miss without a reason here fails the documentation's
 * test.
 */
export const REASONS: Readonly<Record<string, string>> = {
  "codec-seal-sodium":
    "libsodium's native code is faster than the floor on `node:crypto`, by a quarter to a third from run to run; ours stays above that floor by the " +
    "look through the values for what JSON would lose, so that this goal hangs on the run.",
  "codec-unseal-iron": "The floor itself comes close to this, so that it hangs on the run.",
  "stores-express-redis-save-trips": TWO_TRIPS,
  "stores-express-redis-save-1":
    "The compare-and-set is a script, which Redis runs more slowly than a bare `SET`.",
  "stores-express-postgres-save-trips": TWO_TRIPS,
  "next-handler-ours-cookie-read": READ_COOKIE,
  "next-handler-ours-cookie-save": SAVE_COOKIE,
  "next-handler-ours-sqlite-read": SIGNED,
  "next-handler-ours-sqlite-save": SIGNED,
  "next-page-ours-cookie-read": IN_PAGES,
  "next-page-ours-sqlite-read": IN_PAGES,
  "next-page-ours-sqlite-save": IN_PAGES,
  "next-store-beats-cookie":
    "Two calls of SQLite cost about what Next.js takes for `cookies().set`, so that it hangs on the run.",
  "scale-sqlite-purge":
    "It hangs on the run: purges measured alone stopped the loop for 5 to 8 ms at the longest, after this whole bench for 7.5 to 12.9: " +
    "starting the thread, and the machine's other work; what reads and saves stop for without a purge stands beside it. The purge runs in a thread " +
    "of its own, and so does merging the log into the file, so that no save pays for it.",
  "start-size-core": CORE,
  "start-size-cookie": COOKIE_ONLY,
};
