/** A clock that stands still until it is told to move. Call it for the time in epoch milliseconds. */
export interface FakeClock {
  (): number;
  /** Moves it by so many seconds; negative turns it back. */
  advance(seconds: number): void;
  /** Puts it to an instant, in epoch milliseconds. */
  set(milliseconds: number): void;
}

/**
 * A clock for tests, to pass as the `clock` option.
 *
 * @param start epoch milliseconds; default 2026-01-01T00:00:00Z.
 * @throws {TypeError} for an instant or a step that is not a finite number.
 * @example
 * const clock = fakeClock();
 * const { getSession } = createSessions({ store: memoryStore(), timeout: 60, clock });
 * clock.advance(61); // the session is over
 */
export function fakeClock(start: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = finite(start);
  const clock = () => now;
  return Object.assign(clock, {
    advance: (seconds: number) => {
      now += finite(seconds) * 1000;
    },
    set: (milliseconds: number) => {
      now = finite(milliseconds);
    },
  });
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new TypeError(`fakeClock needs a finite number, not ${value}.`);
}
