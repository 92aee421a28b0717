/**
 * Why a goal is missed, by its id: printed only while it is. A miss without a reason here fails the documentation's
 * test.
 */
export const REASONS: Readonly<Record<string, string>> = {
  "stores-express-redis-save-trips":
    "Two is the least: what is to be compared must be read before it is set. express-session reads and sets as well.",
  "stores-express-postgres-save-trips":
    "Two is the least: what is to be compared must be read before it is set. express-session reads and sets as well.",
};
