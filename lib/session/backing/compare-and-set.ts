import { ConflictError } from "../../errors.ts";
import type { Stamps } from "../clocks.ts";
import type { Content, Rebase, Saved } from "./backing.ts";

// A lost race costs two round trips; a hundred in a row mean that something else is wrong.
const MAX_ATTEMPTS = 100;

/** What is stored under one version. */
export interface Known extends Saved, Stamps {
  readonly version: string;
}

/** The two steps that {@link updateRecord} repeats. */
export interface UpdateSteps {
  /** Writes over just that version; false when another is stored. */
  write(content: Content, version: string): Promise<string | false>;
  /** What is stored now. Throws when the session was ended. */
  latest(): Promise<Known>;
}

/**
 * Writes over the version that this request read. When another request saved in between, what it stored is read and
 * `rebase` carries this request's changes over onto it, until the write succeeds.
 *
 * @throws {SessionGoneError} if the session was ended meanwhile: a save never brings one back.
 */
export async function updateRecord(
  steps: UpdateSteps,
  id: string,
  version: string,
  content: Content,
  rebase: Rebase,
): Promise<Known> {
  let expected = version;
  let next = content;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const written = await steps.write(next, expected);
    if (written !== false) return { ...next, version: written };
    if (attempt > 1) await pause(attempt);
    const theirs = await steps.latest();
    expected = theirs.version;
    next = await rebase(theirs);
  }
  throw new ConflictError(
    `Session ${id} changed under each of ${MAX_ATTEMPTS} attempts to save it. Use session.update() for data that ` +
      "many requests write at once.",
    [],
  );
}

// Random, so that those who collided do not meet again at the same moment.
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(50, 2 ** attempt)));
}
