import { describe, expect, test } from "vitest";
import { kinds, storeKinds } from "./kinds.testing.ts";

describe.each(kinds)("a $name session", ({ scene }) => {
  describe("reverted", () => {
    test("has its data as first read in this request, deeply, in the same object", async () => {
      const { browser } = scene();
      await browser.start({ a: { deep: [1] }, b: 2 });
      await browser.visit(async (session, cookies) => {
        const { data } = session;
        (data["a"] as { deep: number[] }).deep.push(2);
        delete data["b"];
        data["c"] = 3;
        session.revert();
        expect(session.data).toBe(data);
        expect(data).toEqual({ a: { deep: [1] }, b: 2 });
        expect(cookies.writes).toEqual([]);
        (data["a"] as { deep: number[] }).deep.push(3);
        session.revert();
        expect(data).toEqual({ a: { deep: [1] }, b: 2 });
      });
    });

    test("after a save goes back to what was first read, and the next save stores that", async () => {
      const { browser } = scene();
      await browser.start({ a: 1 });
      await browser.visit(async (session) => {
        session.data["a"] = 2;
        await session.save();
        session.revert();
        expect(session.data).toEqual({ a: 1 });
      });
      expect(await browser.data()).toEqual({ a: 2 });
      await browser.visit(async (session) => {
        session.data["a"] = 3;
        await session.save();
        session.revert();
        await session.save();
      });
      expect(await browser.data()).toEqual({ a: 2 });
    });

    test("when new is empty, and keeps its age", async () => {
      const { browser, clock } = scene();
      await browser.visit(async (session) => {
        const created = clock();
        session.data["a"] = 1;
        session.revert();
        expect(session.data).toEqual({});
        expect(session.created).toBe(created);
        session.data["b"] = 1;
        await session.save();
        session.revert();
        expect(session.data).toEqual({});
      });
      expect(await browser.data()).toEqual({ b: 1 });
    });

    test("after invalidate() does not bring the old data back", async () => {
      const { browser } = scene();
      await browser.start({ secret: 1 });
      await browser.visit(async (session) => {
        await session.invalidate();
        session.revert();
        expect(session.data).toEqual({});
      });
    });
  });
});

describe.each(storeKinds)("a session in $name", ({ scene }) => {
  test("reverted after a save that met another's undoes its own changes alone", async () => {
    const { browser } = scene();
    await browser.start({ mine: 1, theirs: 1 });
    await browser.visit(async (session) => {
      await browser.visit(async (other) => {
        other.data["theirs"] = 2;
        await other.save();
      });
      session.data["mine"] = 2;
      await session.save();
      session.revert();
      expect(session.data).toEqual({ mine: 1, theirs: 2 });
      await session.save();
    });
    expect(await browser.data()).toEqual({ mine: 1, theirs: 2 });
  });

  test("reverted under its lock has what the lock found", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    const { session } = await browser.begin();
    await browser.visit(async (other) => {
      other.data["a"] = 2;
      await other.save();
    });
    const lock = await session.lock();
    session.data["a"] = 3;
    session.revert();
    expect(session.data).toEqual({ a: 2 });
    await lock.unlock();
  });
});
