import type { Item } from "./format.ts";
import { type Items, nameIn } from "./items.ts";
import { inTurn } from "./turns.ts";

const AT_ONCE = 16;

/** Removes at most `limit` expired records, and the marks that are past their time; gives how many records. */
export async function prune(items: Items, before: number, limit: number): Promise<number> {
  if (limit <= 0) return 0;
  const isExpired = (item: Item | undefined) =>
    item !== undefined && item.expiresAt !== null && item.expiresAt < before;
  let removed = 0;
  const keys = await items.keys();
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const some = keys.slice(start, start + AT_ONCE);
    const found = await Promise.all(some.map((key) => items.read(key)));
    for (const key of some.filter((_, index) => isExpired(found[index]))) {
      if (removed >= limit) return removed;
      // Read again in its turn: a touch may have come in between.
      removed += await inTurn(nameIn(key), async () => {
        const item = await items.read(key);
        if (!isExpired(item)) return 0;
        await items.remove(key);
        return item && "ended" in item ? 0 : 1;
      });
    }
  }
  return removed;
}
