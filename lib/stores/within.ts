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
    let settled = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const giveUp = () => {
      over = true;
      reject(
        new StoreUnavailableError(
          `${what} did not answer within ${limit / 1000} s (\`storeTimeout\`), so whether it did its work is not known. ` +
            "Check that it runs and can be reached.",
        ),
      );
    };
    const settle = () => {
      settled = true;
      clearTimeout(timer);
    };
    // Embedded stores have their answer before the event loop goes on: those need no timer.
    afterMicrotasks(() => {
      if (!settled) timer = setTimeout(giveUp, limit);
    });
    operation.then(
      (result) => {
        settle();
        if (over) late?.(result);
        else resolve(result);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}

/** Enough of them for a store that waits for nothing but its own `await`s; one too few costs a timer, no more. */
const MICROTASKS = 4;

function afterMicrotasks(work: () => void, left: number = MICROTASKS): void {
  queueMicrotask(left === 1 ? work : () => afterMicrotasks(work, left - 1));
}
