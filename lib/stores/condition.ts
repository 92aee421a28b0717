import type { SetCondition, StoredRecord } from "./store.ts";

/** Whether a write may go ahead over what is there now. */
export function holds(
  present: Pick<StoredRecord, "version"> | undefined,
  when: SetCondition | undefined,
): boolean {
  if (when === undefined) return true;
  if (when === "absent") return present === undefined;
  if (when === "present") return present !== undefined;
  return present?.version === when.version;
}
