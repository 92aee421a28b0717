import { isStoreDown, logStoreDown } from "./health";

/** The work of an action; where the store is down, the rest of it. Nothing of a failed attempt may be shown as done. */
export async function withStore<Result, Instead>(
  work: () => Promise<Result>,
  ifDown: () => Instead,
): Promise<Result | Instead> {
  try {
    return await work();
  } catch (error) {
    if (!isStoreDown(error)) throw error;
    logStoreDown(error);
  }
  return ifDown();
}
