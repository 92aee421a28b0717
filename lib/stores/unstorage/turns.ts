/** Milliseconds after which an operation no longer waits for the one before it. */
const PATIENCE = 10_000;

type Line = Map<string, Promise<void>>;

/**
 * Does `work` when all that this process has begun on `name` is done.
 *
 * One line for the whole process: Next.js evaluates a module once each for proxy, pages and handlers, and each has a
 * storage of its own over the same data.
 *
 * @throws {Error} when the one before has not ended in {@link PATIENCE}: behind a driver that hangs, nothing piles up.
 */
export async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const line = lineOfProcess();
  const before = line.get(name);
  let end = () => {};
  const turn = new Promise<void>((resolve) => {
    end = resolve;
  });
  line.set(name, turn);
  try {
    if (before) await orTooLong(before);
    return await work();
  } finally {
    end();
    if (line.get(name) === turn) line.delete(name);
  }
}

async function orTooLong(before: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    const give = () =>
      reject(new Error(`An earlier operation on this session has not ended in ${PATIENCE / 1000} s.`));
    timer = setTimeout(give, PATIENCE);
  });
  await Promise.race([before, tooLong]).finally(() => clearTimeout(timer));
}

function lineOfProcess(): Line {
  const home = globalThis as { [key: symbol]: Line | undefined };
  const place = Symbol.for("next-beaker.unstorage");
  home[place] ??= new Map();
  return home[place];
}
