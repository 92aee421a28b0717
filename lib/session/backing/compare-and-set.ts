import { ConflictError } from "../../errors.ts";
import { chain, type MaybePromise } from "../../seal/maybe-promise.ts";
import type { Stamps } from "../clocks.ts";
import type { Content, Rebase, Saved } from "./backing.ts";

// A lost race costs two round trips; a hundred in a row mean that something else is wrong.
export const MAX_ATTEMPTS = 100;

/** What is stored under one version. */
export interface Known extends Saved, Stamps {
  readonly version: string;
  /** It was sealed with an `encryptKey` that is not the first any more. */
  readonly outdated?: boolean;
}

/** The two steps that {@link updateRecord} repeats. */
export interface UpdateSteps {
  /** Writes over just that version; false when another is stored. */
  write(content: Content, version: string): MaybePromise<string | false>;
  /** What is stored now. Throws when the session was ended. */
  latest(): Promise<Known>;
}

/**
 * Writes over the version that this request read. When another request saved in between, what it stored is read and
 * `rebase` carries this request's changes over onto it, until the write succeeds.
 *
 * @throws {SessionGoneError} if the session was ended meanwhile: a save never brings one back.
 */
export function updateRecord(
  steps: UpdateSteps,
  id: string,
  version: string,
  content: Content,
  rebase: Rebase,
): MaybePromise<Known> {
  return chain(steps.write(content, version), (written) =>
    written === false ? catchUp(steps, id, rebase) : { ...content, version: written },
  );
}

async function catchUp(steps: UpdateSteps, id: string, rebase: Rebase): Promise<Known> {
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 2) await pause(attempt);
    const theirs = await steps.latest();
    const content = await rebase(theirs);
    const written = await steps.write(content, theirs.version);
    if (written !== false) return { ...content, version: written };
  }
  throw tooManyAttempts(id);
}

export function tooManyAttempts(id: string): ConflictError {
  return new ConflictError(
    `Session ${id} changed under each of ${MAX_ATTEMPTS} attempts to save it. Use session.update() for data that ` +
      "many requests write at once.",
    [],
  );
}

/** Random, so that those who collided do not meet again at the same moment. */
export function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(50, 2 ** attempt)));
}
