import { ConfigError } from "../errors.ts";
import type { SessionStore } from "../stores/store.ts";
import { fn, oneOf, shown } from "./check.ts";
import type { SubjectRules } from "./config.ts";

/** Checks `subject`, `maxPerSubject` and `onLimit` against each other and against what the store can do. */
export function resolveSubject(
  options: { subject?: unknown; maxPerSubject?: unknown; onLimit?: unknown },
  store: SessionStore | undefined,
): SubjectRules | undefined {
  const of = fn("subject", options.subject as SubjectRules["of"] | undefined);
  const max = options.maxPerSubject ?? null;
  if (!of) {
    for (const option of ["maxPerSubject", "onLimit"] as const) {
      if (options[option] === undefined) continue;
      throw new ConfigError(option, `${option} needs \`subject\`: a function that says whose session it is.`);
    }
    return undefined;
  }
  // A cookie session's subject is only told to `isRevoked`: nothing to list.
  if (store && !store.list)
    throw new ConfigError("subject", `subject needs a store with list(); "${store.name}" has none.`);
  if (max !== null) {
    if (!(Number.isSafeInteger(max) && (max as number) > 0)) {
      throw new ConfigError(
        "maxPerSubject",
        `maxPerSubject must be a whole number, 1 or greater; got ${shown(max)}.`,
      );
    }
    if (!store?.lock) {
      throw new ConfigError(
        "maxPerSubject",
        store
          ? `maxPerSubject needs a store with lock(); "${store.name}" has none.`
          : "maxPerSubject needs a store: cookie sessions cannot be counted.",
      );
    }
  }
  return {
    of,
    max: max as number | null,
    onLimit: oneOf("onLimit", options.onLimit, ["revoke-oldest", "reject"], "revoke-oldest"),
  };
}
