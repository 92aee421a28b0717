import { expect, test } from "vitest";
import { createSessions } from "../../sessions.ts";
import { memoryStore } from "../../stores/memory.ts";
import { fakeClock } from "../../testing/clock.ts";
import { fakeCookies } from "../../testing/fake-cookies.ts";
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

test("purging in passing comes every five minutes, and at once after the clock was set back", async () => {
  const clock = fakeClock();
  const purges: number[] = [];
  const memory = memoryStore({ name: "reaped in passing" });
  const store = {
    ...memory,
    prune: async (before: number) => {
      purges.push(before);
      return 0;
    },
  };
  const { getSession } = createSessions({ secret: SECRET, store, clock });
  const purgesOf = async (seconds: number) => {
    clock.advance(seconds);
    const session = await getSession(fakeCookies());
    await session.save();
    return purges.splice(0).length;
  };
  expect([await purgesOf(0), await purgesOf(299), await purgesOf(1)]).toEqual([1, 0, 1]);
  expect([await purgesOf(-24 * 3600), await purgesOf(1)]).toEqual([1, 0]);
});

test("a purge in passing that fails, at once or later, is reported and fails no request", async () => {
  for (const prune of [
    () => { throw new Error("not connected"); }, // biome-ignore format: one line
    () => Promise.reject(new Error("not connected")),
  ]) {
    const told: string[] = [];
    const store = { ...memoryStore({ name: "not reaped" }), prune };
    const { getSession } = createSessions({ secret: SECRET, store, onEvent: ({ type }) => told.push(type) });
    const session = await getSession(fakeCookies());
    await session.save();
    await new Promise(setImmediate);
    expect([session.isNew, told.toSorted()]).toEqual([false, ["created", "store-error"]]);
  }
});
