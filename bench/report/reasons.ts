const TWO_TRIPS =
  "Two is the least: what is to be compared must be read before it is set. express-session reads and sets as well.";
const PROMISES =
  'What is missing is what the promises cost, whoever makes them: the row "same promises by hand" beside it takes about as long, and "Where the time goes" above ' +
  'says for what. The column "inside" is the steadier figure: garbage collections, which take some 8 ms each, make ratios of throughput uncertain by 0.02. ';
const COOKIE =
  `${PROMISES}Reading the \`Cookie\` header past \`cookies()\` would take less, and would not see a cookie that the same request has set or deleted; Next.js' own ` +
  "object of the request would take the place of `headers()`, but is none of its public API.";
const SIGNED =
  `${PROMISES}The cookie's signature is checked (by hand at each request) and its token hashed into the record's key, where the minimum trusts any id that is sent ` +
  "and keeps it as it is, so that a leaked table of it is a list of sessions.";
const IN_PAGES =
  'What a session costs in a route handler, of a request that costs four times as much and varies more: the interval says by how much. The column "inside" says how little ' +
  "of the request it is, and that the same promises by hand take about as long.";
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
  "next-handler-ours-cookie-read": COOKIE,
  "next-handler-ours-cookie-save": COOKIE,
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
