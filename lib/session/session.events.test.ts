import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { kinds, OTHER_SECRET, type Scene, storeKinds, tokenForms } from "./kinds.testing.ts";

/** Everything that was ever in the browser's cookie. */
function secretsOf({ browser }: Scene): string[] {
  return browser.kept.writes.filter(({ value }) => value !== "").map(({ value }) => value);
}

describe.each(kinds)("the events of a $name session", ({ name, scene }) => {
  test("carry the id, the time, and never the token", async () => {
    const whole = scene({ timeout: 600, absoluteTimeout: 6000 });
    const { browser, clock, events, sessions } = whole;
    await browser.start({ a: 1 });
    clock.advance(300);
    await browser.visit(async (session) => {
      session.data["a"] = 2;
      await session.save();
      await session.regenerate();
    });
    await browser.visit((session) => session.invalidate());
    await browser.start({ b: 1 });
    await browser.visit((session) => session.delete());
    await browser.start({ c: 1 });
    const old = browser.value() ?? "";
    clock.advance(3000);
    await browser.visit();
    browser.plant(`${old.slice(0, -1)}${old.endsWith("A") ? "B" : "A"}`);
    await browser.visit();
    if (name !== "cookie") {
      const id = await browser.start({ d: 1 });
      const slow = await browser.begin();
      await sessions.revoke(id);
      await browser.visit();
      await slow.session.save().catch(() => {});
      await browser.start({ e: 1 });
      whole.store.fails = () => "before";
      await browser.begin().catch(() => {});
    }
    expect(events.length).toBeGreaterThan(10);
    const told = `${JSON.stringify(events)}\n${inspect(events, { depth: 9 })}`;
    for (const value of secretsOf(whole)) {
      expect(told).not.toContain(value);
      for (const form of tokenForms(value)) expect(told).not.toContain(form);
    }
    for (const event of events) {
      expect(Number.isSafeInteger(event.at)).toBe(true);
      if (event.id !== undefined) expect(event.id).toMatch(/^[A-Za-z0-9_-]{43}$/);
    }
  });

  test.each<[string, (scene: Scene) => Promise<unknown>, string[]]>([
    ["a visit without a session", ({ browser }) => browser.visit(), []],
    ["the first save", ({ browser }) => browser.start({}), ["created"]],
    ["a forged cookie", ({ browser }) => { browser.plant("x"); return browser.visit(); }, ["corrupt"]], // biome-ignore format: one line
  ])("for %s are just those", async (_, work, expected) => {
    const whole = scene();
    await work(whole);
    expect(whole.happened()).toEqual(expected);
  });

  test("for a cookie of another secret are one `corrupt`, without an id: nothing in it can be believed", async () => {
    const { browser, release } = scene();
    await browser.start({ a: 1 });
    const other = release({ secret: OTHER_SECRET });
    await other.browser.visit();
    expect(other.events).toEqual([{ type: "corrupt", reason: "seal", error: undefined, at: other.clock() }]);
  });

  test.each([
    ["at once", () => { throw new Error("logger is full"); }], // biome-ignore format: one line
    ["later", () => Promise.reject(new Error("logger is full"))],
  ])("that a listener chokes on, %s, harm nobody", async (_, onEvent) => {
    const said: unknown[] = [];
    const { error } = console;
    console.error = (...words: unknown[]) => said.push(words);
    try {
      const { browser } = scene({ onEvent });
      await browser.start({ a: 1 });
      expect(await browser.data()).toEqual({ a: 1 });
      await new Promise(setImmediate);
    } finally {
      console.error = error;
    }
    expect(said.length).toBe(2);
  });
});

describe.each(storeKinds)("the events of a session in $name", ({ scene }) => {
  test("do not call a session touched that has gone since it was read", async () => {
    const { browser, clock, store, sessions, happened } = scene({ timeout: 600 });
    const id = await browser.start({ a: 1 });
    clock.advance(60);
    happened();
    store.afterRead = () => sessions.revoke(id);
    await browser.visit();
    expect(happened()).toEqual(["deleted", "loaded"]);
  });
});

describe.each(storeKinds)("the errors of a session in $name", ({ scene }) => {
  test("never carry the token either", async () => {
    const whole = scene();
    const { browser, sessions, store } = whole;
    const id = await browser.start({ a: 1 });
    const slow = await browser.begin();
    await sessions.revoke(id);
    slow.session.data["b"] = 1;
    const gone = await slow.session.save().catch((error: unknown) => error);
    await browser.start({ a: 1 });
    store.fails = () => "before";
    const down = await browser.begin().catch((error: unknown) => error);
    for (const error of [gone, down]) {
      expect(error).toBeInstanceOf(Error);
      for (const value of secretsOf(whole)) expect(inspect(error, { depth: 9 })).not.toContain(value);
    }
  });
});
