const FIRST_BATCH = 100;
const SMALLEST_BATCH = 10;
const LARGEST_BATCH = 400;
/** Milliseconds that a batch may hold the event loop: half of what a request should ever wait. */
const TARGET = 4;

/** What {@link pruneInBatches} works on. */
export interface Prunable {
  /** Removes at most so many and gives how many it were. */
  remove(size: number): number;
  /** Writes back what removing left to be written. */
  settle(): void;
  /** Whether to stop here. */
  isOver(): boolean;
}

/**
 * Removes batch after batch until one comes back short or `limit` is reached, letting the event loop turn after
 * each step. The size follows the time that removing takes.
 */
export async function pruneInBatches(limit: number, { remove, settle, isOver }: Prunable): Promise<number> {
  let removed = 0;
  let batch = FIRST_BATCH;
  while (removed < limit) {
    const size = Math.min(batch, limit - removed);
    const startedAt = performance.now();
    const count = remove(size);
    removed += count;
    if (count < size) break;
    batch = nextBatch(size, performance.now() - startedAt);
    await turn();
    if (isOver()) break;
    // Left to SQLite's own threshold, every few batches would end in one flush of 1000 pages, 20 to 60 ms long.
    settle();
    await turn();
    if (isOver()) break;
  }
  return removed;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Down at once, up by no more than half: one slow disk flush must not be answered by a long one. */
function nextBatch(size: number, took: number): number {
  const fitting = Math.floor((size * TARGET) / Math.max(took, 0.01));
  return Math.max(SMALLEST_BATCH, Math.min(fitting, Math.ceil(size * 1.5), LARGEST_BATCH));
}
