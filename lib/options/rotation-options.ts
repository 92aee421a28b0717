import { ConfigError } from "../errors.ts";
import type { SessionStore } from "../stores/store.ts";
import { seconds } from "./check.ts";
import type { Config } from "./config.ts";

const DEFAULT_GRACE = 10;

/** Checks `rotateEvery` and `graceSeconds`. */
export function resolveRotation(
  options: { rotateEvery?: unknown; graceSeconds?: unknown },
  store: SessionStore | undefined,
): Config["rotation"] {
  const rotateEvery = seconds("rotateEvery", options.rotateEvery);
  const grace = seconds("graceSeconds", options.graceSeconds) ?? DEFAULT_GRACE;
  if (rotateEvery === null && options.graceSeconds !== undefined) {
    throw new ConfigError(
      "graceSeconds",
      "graceSeconds goes with `rotateEvery`; regenerate() ends the old id at once.",
    );
  }
  if (rotateEvery !== null && !store) {
    throw new ConfigError(
      "rotateEvery",
      "rotateEvery needs a store: an old cookie of a cookie session stays valid.",
    );
  }
  if (rotateEvery !== null && store?.capabilities?.compareAndSet === "process") {
    throw new ConfigError(
      "rotateEvery",
      `rotateEvery needs a store whose compare-and-set holds among all processes; "${store.name}" keeps it within ` +
        "one. Two processes could each give the session another id, and signing out would end only one of them.",
    );
  }
  if (rotateEvery !== null && grace >= rotateEvery) {
    throw new ConfigError(
      "graceSeconds",
      `graceSeconds (${grace} s) must be less than rotateEvery (${rotateEvery} s).`,
    );
  }
  return { rotateEvery: rotateEvery === null ? null : rotateEvery * 1000, grace: grace * 1000 };
}
