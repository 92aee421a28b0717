const TWO_TRIPS =
  "Two is the least: what is to be compared must be read before it is set. express-session reads and sets as well.";
const FIRST_RUN =
  "Not yet profiled to its end: this is a first run, while the library was still being made faster.";
const NO_DROPPING =
  "What a session does is chosen by options at run time, so a bundler can leave none of it out; the budgets keep it from growing.";

/**
 * Why a goal is missed, by its id: printed only while it is. A miss without a reason here fails the documentation's
 * test.
 */
export const REASONS: Readonly<Record<string, string>> = {
  "codec-seal-sodium":
    "libsodium's native code is faster than the floor on `node:crypto`, and ours stays above that floor by its metadata.",
  "codec-unseal-iron": "The floor itself comes close to this, so that it hangs on the run.",
  "stores-sqlite-save": FIRST_RUN,
  "stores-express-redis-save-trips": TWO_TRIPS,
  "stores-express-redis-save-1":
    "The compare-and-set is a script, which Redis runs more slowly than a bare `SET`.",
  "stores-express-postgres-save-trips": TWO_TRIPS,
  "stores-express-postgres-save-64": FIRST_RUN,
  "next-handler-ours-cookie-read": FIRST_RUN,
  "next-handler-ours-cookie-save": FIRST_RUN,
  "next-handler-ours-sqlite-read": FIRST_RUN,
  "next-handler-ours-sqlite-save": FIRST_RUN,
  "next-page-ours-cookie-read": FIRST_RUN,
  "next-page-ours-sqlite-read": FIRST_RUN,
  "next-page-ours-sqlite-save": FIRST_RUN,
  "next-store-beats-cookie": FIRST_RUN,
  "start-import": "It lies at the goal, so that it hangs on the run.",
  "start-size-core": NO_DROPPING,
  "start-size-cookie": NO_DROPPING,
};
