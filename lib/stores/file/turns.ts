const last = new Map<string, Promise<void>>();

/**
 * Lets this process's changes to one session come one after the other, in their order: asking the file system again
 * and again is for other processes. Nothing is kept for a session that nobody is changing.
 */
export async function inTurn<T>(key: string, act: () => Promise<T>): Promise<T> {
  const before = last.get(key);
  let done = () => {};
  const mine = new Promise<void>((resolve) => {
    done = resolve;
  });
  last.set(key, mine);
  try {
    await before;
    return await act();
  } finally {
    done();
    if (last.get(key) === mine) last.delete(key);
  }
}
