import { StoreUnavailableError } from "../../errors.ts";
import type { Config } from "../../options/config.ts";
import { sessionId } from "../../seal/token.ts";
import type { Stamps } from "../clocks.ts";
import { MAX_ATTEMPTS } from "./compare-and-set.ts";
import type { OpenRecord, Records } from "./records.ts";
import { openSuccessor } from "./successor.ts";

/**
 * Ends the session that lives under an id, or under the one that has been put in its place; gives the id that it had,
 * or undefined if there was none.
 *
 * By compare-and-set: a request that replaces the id at this very moment either fails, or is followed. Only then is
 * the record removed.
 *
 * @param seen what the caller knows to be stored there, if it does: saves reading it.
 */
export async function endRecord(
  config: Config,
  records: Records,
  id: string,
  seen?: Stamps & { readonly version: string },
): Promise<string | undefined> {
  if (seen && (await bury(config, records, id, seen))) return id;
  let present = id;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const record = await read(records, present);
    if (!record) return undefined;
    if (record === "unreadable") break;
    if (record.content.kind === "replaced") {
      const token = record.content.next && (await openSuccessor(config, present, record.content.next));
      if (!token) return undefined;
      present = await sessionId(config.cookieName, token);
    } else if (await bury(config, records, present, record)) return present;
  }
  return (await records.delete(present)) ? present : undefined;
}

/** False if another request has written there since. */
async function bury(
  config: Config,
  records: Records,
  id: string,
  { created, accessed, version }: Stamps & { readonly version: string },
): Promise<boolean> {
  try {
    if (!(await records.replace(id, { created, accessed }, version, config.now(), {}))) return false;
  } catch {
    // A store may be too full to write, and able to remove. One that is down says so once more.
    await records.delete(id);
    return true;
  }
  // Ended it is already, whatever becomes of this.
  await records.delete(id).catch(() => {});
  return true;
}

/** What this server cannot read can be ended all the same: another one may have sealed it with a newer key. */
async function read(records: Records, id: string): Promise<OpenRecord | "unreadable" | undefined> {
  try {
    return await records.get(id);
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    return "unreadable";
  }
}
