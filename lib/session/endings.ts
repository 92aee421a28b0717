import { CorruptSessionError } from "../errors.ts";
import type { Config } from "../options/config.ts";
import type { Lookup } from "./backing/backing.ts";

/** A session that was presented and is not there. */
export type Ended = Extract<Lookup, { status: "ended" }>;

/** Reports a session that has ended. */
export function reportEnd(config: Config, ended: Ended): void {
  const { id, reason, error } = ended;
  const known = id === undefined ? {} : { id };
  if (reason === "invalid") reportCorrupt(config, id === undefined ? "seal" : "data", id, error);
  else if (reason === "revoked") config.emit?.({ type: "unknown-id", ...known });
  else config.emit?.({ type: "expired", ...known, reason });
}

/** What is wrong with a session, by the step that failed. */
const WHAT = {
  seal: "cookie was not made with any of the secrets in use",
  data: "data cannot be read",
  migrate: "data cannot be migrated",
  schema: "data does not fit the schema",
} as const;

/**
 * Reports a session that cannot be read.
 *
 * @throws {CorruptSessionError} unless `invalidateCorrupt` asks for a fresh session.
 */
export function reportCorrupt(
  config: Config,
  step: keyof typeof WHAT,
  id: string | undefined,
  error: unknown,
): void {
  config.emit?.({ type: "corrupt", reason: step, error, ...(id === undefined ? {} : { id }) });
  if (config.invalidateCorrupt) return;
  throw new CorruptSessionError(
    `The session's ${WHAT[step]}${id === undefined ? "" : ` (session ${id})`}. ` +
      "Set invalidateCorrupt: true to start a fresh session instead.",
    { cause: error },
  );
}
