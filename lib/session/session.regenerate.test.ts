import { describe, expect, test } from "vitest";
import { kinds, storeKinds } from "./kinds.testing.ts";

describe.each(kinds)("a $name session", ({ scene }) => {
  describe("regenerated", () => {
    test("has another id and cookie, the same data and age", async () => {
      const { browser, clock, events, happened, live } = scene();
      const created = clock();
      const id = await browser.start({ a: 1 });
      const before = browser.value();
      clock.advance(10);
      happened();
      const newId = await browser.visit(async (session) => {
        await session.regenerate();
        expect(session.data).toEqual({ a: 1 });
        expect(session.isNew).toBe(false);
        return session.id;
      });
      expect(newId).not.toBe(id);
      expect(browser.value()).not.toBe(before);
      expect(happened()).toEqual(["loaded", "regenerated"]);
      expect(events.at(-1)).toEqual({ type: "regenerated", id, newId, at: clock() });
      await browser.visit((session) => {
        expect([session.id, session.created, session.data]).toEqual([newId, created, { a: 1 }]);
      });
      expect(await live()).toBe(browser && storeKinds.some((kind) => kind.scene === scene) ? 1 : 0);
    });

    test("keeps unsaved changes unsaved, and in hand", async () => {
      const { browser } = scene();
      await browser.start({ a: 1 });
      await browser.visit(async (session) => {
        session.data["a"] = 2;
        await session.regenerate();
        expect(session.data).toEqual({ a: 2 });
      });
      expect(await browser.data()).toEqual({ a: 1 });
    });

    test("is an access: its idle time begins anew", async () => {
      const { browser, clock } = scene({ timeout: 100 });
      await browser.start({ a: 1 });
      await browser.visit(async (session) => {
        clock.advance(60);
        await session.regenerate();
        expect(session.expiresAt).toBe(clock() + 100_000);
      });
      clock.advance(90);
      await browser.visit((session) => expect(session.isNew).toBe(false));
    });

    test("does not move the absolute limit", async () => {
      const { browser, clock } = scene({ absoluteTimeout: 100 });
      await browser.start({ a: 1 });
      clock.advance(60);
      await browser.visit((session) => session.regenerate());
      clock.advance(41);
      await browser.visit((session) => expect(session.isNew).toBe(true));
    });

    test("when new has another id and no cookie until it is saved", async () => {
      const { browser, happened } = scene();
      await browser.visit(async (session, cookies) => {
        const { id } = session;
        session.data["a"] = 1;
        await session.regenerate();
        expect(session.id).not.toBe(id);
        expect([session.data, cookies.writes]).toEqual([{ a: 1 }, []]);
        await session.save();
      });
      expect(happened()).toEqual(["created"]);
      expect(await browser.data()).toEqual({ a: 1 });
    });
  });
});

describe.each(storeKinds)("a session in $name", ({ scene }) => {
  test("leaves under an old id nothing that anybody could read", async () => {
    const { browser, store, sessions } = scene();
    const oldId = await browser.start({ private: "words" });
    const oldCookie = browser.value() ?? "";
    await browser.visit((session) => session.regenerate());
    const note = (await store.records()).get(oldId)?.value;
    expect(note ?? "").not.toContain("words");
    expect(await sessions.getById(oldId)).toBeNull();
    browser.plant(oldCookie);
    expect(await browser.data()).toEqual({});
  });
});
