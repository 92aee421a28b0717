const drawn = new Uint32Array(512);
let left = 0;

/**
 * 53 random bits for each write. A counter in the record would begin anew when a key is deleted and made again, and
 * an old version would fit: a save of the dead session would go through. Drawn each time, no process has to know
 * what another used, and two of one key agree once in 2^53.
 */
export function freshVersion(): number {
  // Many at once: asking for random numbers costs 2 µs, however few.
  if (left === 0) left = crypto.getRandomValues(drawn).length;
  left -= 2;
  return (drawn[left]! & 0x1fffff) * 2 ** 32 + drawn[left + 1]!;
}

/** A version in words as the number it was; what never was one matches no record. */
export function versionNumber(version: string): number {
  const number = Number(version);
  return Number.isSafeInteger(number) && String(number) === version ? number : -1;
}
