import { describe, expect, test } from "vitest";
import { CorruptSessionError } from "../errors.ts";
import { kinds, storeKinds, type Values } from "./kinds.testing.ts";

const migrate = (old: Values, from: number): Values => ({
  ...old,
  migrated: [...((old["migrated"] as number[]) ?? []), from],
});

describe.each(kinds)("the data of a $name session", ({ scene }) => {
  describe("of an older version", () => {
    test("is migrated on load, stored at the next save, and never migrated again", async () => {
      const { browser, release } = scene();
      await browser.start({ a: 1 });
      const second = release({ version: 2, migrate });
      for (let visit = 0; visit < 2; visit++) {
        await second.browser.visit((session) => {
          expect(session.data).toEqual({ a: 1, migrated: [0] });
          session.data["a"] = 9;
          session.revert();
          expect(session.data).toEqual({ a: 1, migrated: [0] });
        });
      }
      await second.browser.visit((session) => session.save());
      expect(await second.browser.data()).toEqual({ a: 1, migrated: [0] });
      const third = release({ version: 3, migrate });
      expect(await third.browser.data()).toEqual({ a: 1, migrated: [0, 2] });
    });

    test("keeps what the session was set to", async () => {
      const { browser, release } = scene();
      await browser.visit(async (session) => {
        session.timeout = 77;
        await session.save();
      });
      const second = release({ version: 2, migrate });
      await second.browser.visit((session) => session.save());
      await second.browser.visit((session) => expect(session.timeout).toBe(77));
    });

    test("is left alone by a server that is older than it, whose saves keep its version", async () => {
      const { browser, release } = scene({ version: 5 });
      await browser.start({ a: 1 });
      const old = release({ version: 2, migrate });
      await old.browser.visit(async (session) => {
        expect(session.data).toEqual({ a: 1 });
        session.data["b"] = 2;
        await session.save();
      });
      const again = release({ version: 5, migrate });
      expect(await again.browser.data()).toEqual({ a: 1, b: 2 });
    });

    test.each<[string, () => unknown]>([
      ["throws", () => { throw new Error("no such version"); }], // biome-ignore format: one line
      ["returns nothing", () => undefined],
      ["returns null", () => null],
      ["returns a promise", () => Promise.resolve({ a: 1 })],
    ])("is corrupt where migrate() %s", async (_, broken) => {
      const { browser, release } = scene();
      await browser.start({ a: 1 });
      const second = release({ version: 2, migrate: broken as () => Values });
      await second.browser.visit((session) => expect(session.isNew).toBe(true));
      expect(second.events.at(-1)).toMatchObject({ type: "corrupt", reason: "migrate" });
      const strict = release({ version: 2, migrate: broken as () => Values, invalidateCorrupt: false });
      await expect(strict.browser.begin()).rejects.toThrow(CorruptSessionError);
    });
  });
});

describe.each(storeKinds)("a conflict across versions in $name", ({ scene }) => {
  test("merges in today's shape, and the data is migrated once", async () => {
    const { browser, release } = scene();
    await browser.start({ a: 1 });
    const today = release({ version: 2, migrate });
    const mine = await today.browser.begin();
    const other = await browser.begin();
    other.session.data["b"] = 2;
    await other.session.save();
    mine.session.data["c"] = 3;
    await mine.session.save();
    expect(today.happened().filter((type) => type === "conflict")).toEqual([]);
    expect(await today.browser.data()).toEqual({ a: 1, b: 2, c: 3, migrated: [0] });
  });

  test("keeps what the other, older server set the session to", async () => {
    const { browser, release } = scene();
    await browser.start({ a: 1 });
    const today = release({ version: 2, migrate });
    const mine = await today.browser.begin();
    const other = await browser.begin();
    other.session.timeout = 77;
    await other.session.save();
    await mine.session.save();
    await today.browser.visit((session) => {
      expect(session.data).toEqual({ a: 1, migrated: [0] });
      expect(session.timeout).toBe(77);
    });
  });

  test("with an older server that saves after it keeps the newer version", async () => {
    const { browser, release } = scene();
    await browser.start({ a: 1 });
    const today = release({ version: 2, migrate });
    const other = await browser.begin();
    await today.browser.visit((session) => session.save());
    other.session.data["b"] = 2;
    await other.session.save();
    expect(await today.browser.data()).toEqual({ a: 1, b: 2, migrated: [0] });
  });

  test("with data that cannot be read saves nothing", async () => {
    const { browser, store } = scene();
    const id = await browser.start({ a: 1 });
    const mine = await browser.begin();
    const record = (await store.records()).get(id)!;
    await store.set(id, { ...record, value: '{"data":broken}' });
    mine.session.data["b"] = 2;
    await expect(mine.session.save()).rejects.toThrow(CorruptSessionError);
    expect((await store.records()).get(id)?.value).toBe('{"data":broken}');
  });
});
