import { StoreUnavailableError } from "../errors.ts";

/**
 * What the operation gives, unless that takes longer than `limit` milliseconds: a request must not hang on a store
 * that has stopped answering. Null is no limit.
 *
 * Nobody can call an operation back. It may still be done after it was given up; `late` gets what it gave then.
 *
 * @throws {StoreUnavailableError} when the time is over.
 */
export function within<T>(
  limit: number | null | undefined,
  what: string,
  operation: Promise<T>,
  late?: (result: T) => void,
): Promise<T> {
  if (limit === null || limit === undefined) return operation;
  return new Promise((resolve, reject) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      reject(
        new StoreUnavailableError(
          `${what} did not answer within ${limit / 1000} s (\`storeTimeout\`), so whether it did its work is not known. ` +
            "Check that it runs and can be reached.",
        ),
      );
    }, limit);
    operation.then(
      (result) => {
        clearTimeout(timer);
        if (over) late?.(result);
        else resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
