import { ConflictError, SessionGoneError } from "../errors.ts";
import type { Config } from "../options/config.ts";
import type { Content, Rebase, Saved } from "./backing.ts";
import { expiry, type Stamps } from "./clocks.ts";
import { limitsOf } from "./overrides.ts";
import type { OpenRecord, Records } from "./records.ts";

// A lost race costs two round trips; a hundred in a row mean that something else is wrong.
const MAX_ATTEMPTS = 100;

/** What is stored after an update. */
export interface Updated extends Saved, Stamps {
  readonly version: string;
}

/**
 * Writes over the version that this request read. When another request saved in between, its record is read and
 * `rebase` carries this request's changes over onto it, until the write succeeds.
 *
 * @throws {SessionGoneError} if the session was ended meanwhile: a save never brings one back.
 */
export async function updateRecord(
  records: Records,
  config: Config,
  id: string,
  known: Updated,
  content: Content,
  rebase: Rebase,
): Promise<Updated> {
  let version = known.version;
  let next = content;
  if (hasExpired(config, known, known.meta.timeout)) {
    version = (await mustLive(records, config, id)).version;
  }
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const written = await records.set(id, next, next, { version });
    if (written !== false) return { ...next, version: written };
    if (attempt > 1) await pause(attempt);
    const theirs = await mustLive(records, config, id);
    version = theirs.version;
    next = rebase(theirs.content);
  }
  throw new ConflictError(
    `Session ${id} changed under each of ${MAX_ATTEMPTS} attempts to save it. Use session.update() for data that ` +
      "many requests write at once.",
    [],
  );
}

async function mustLive(
  records: Records,
  config: Config,
  id: string,
): Promise<OpenRecord & { content: { kind: "live" } }> {
  const record = await records.get(id);
  if (record?.content.kind === "live" && !hasExpired(config, record, record.content.meta.timeout)) {
    return record as OpenRecord & { content: { kind: "live" } };
  }
  throw new SessionGoneError(id);
}

function hasExpired(config: Config, stamps: Stamps, timeout: number | null | undefined): boolean {
  return expiry(config.now(), stamps, limitsOf(config.limits, timeout)) !== undefined;
}

// Random, so that those who collided do not meet again at the same moment.
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(50, 2 ** attempt)));
}
