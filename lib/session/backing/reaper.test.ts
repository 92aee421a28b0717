import { expect, test } from "vitest";
import { createSessions } from "../../sessions.ts";
import { memoryStore } from "../../stores/memory.ts";
import { fakeClock } from "../../testing/clock.ts";
import { SECRET } from "../kinds.testing.ts";

test("purgeExpired goes on, a thousand at a time, until nothing that has expired is left", async () => {
  const clock = fakeClock();
  const store = memoryStore({ name: "reaped" });
  const record = (expiresAt: number | null) => ({
    value: "{}",
    createdAt: clock(),
    accessedAt: clock(),
    expiresAt,
  });
  for (let count = 0; count < 2003; count++) await store.set(`expires ${count}`, record(clock() + 1000));
  await store.set("stays", record(clock() + 3000));
  clock.advance(2);
  const { purgeExpired } = createSessions({ secret: SECRET, store, clock });
  expect(await purgeExpired()).toBe(2003);
  expect(await purgeExpired()).toBe(0);
  expect(await store.get("expires 2002")).toBeUndefined();
  expect(await store.get("stays")).toBeDefined();
});
