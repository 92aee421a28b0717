import { describe, expect, test } from "vitest";
import { cookieKind, type Extra, kinds, OTHER_SECRET, SECRET, storeKinds } from "./kinds.testing.ts";

const WORDS = "meet me at the old bridge";
const THIRD_SECRET = "a third secret, of forty characters too.";
const decoded = (text: string | undefined) => Buffer.from(text ?? "", "base64url").toString("latin1");

describe.each(kinds)("the keys of a $name session", ({ scene }) => {
  test("rotate: a new one writes, old ones read, and one that was taken away does not", async () => {
    const { browser, release } = scene({ secret: SECRET });
    await browser.start({ a: 1 });
    const rotated = release({ secret: [OTHER_SECRET, SECRET] });
    await rotated.browser.visit(async (session) => {
      expect(session.data).toEqual({ a: 1 });
      session.timeout = 3600;
      await session.save();
    });
    expect(await release({ secret: OTHER_SECRET }).browser.data()).toEqual({ a: 1 });
    expect(await release({ secret: SECRET }).browser.data()).toEqual({});
    expect(await release({ secret: [THIRD_SECRET, OTHER_SECRET, SECRET] }).browser.data()).toEqual({ a: 1 });
  });

  test("of one cookie name open nothing under another", async () => {
    const { browser, release } = scene({ key: "one" });
    await browser.start({ a: 1 });
    const other = release({ key: "two" });
    other.browser.plant(browser.value("one") ?? "", "two");
    await other.browser.visit((session) => expect(session.isNew).toBe(true));
    expect(other.happened()).toEqual(["corrupt"]);
  });

  test("never show up in what an error or an event says", async () => {
    const { browser, events } = scene({ secret: SECRET });
    browser.plant("x".repeat(100));
    await browser.visit();
    expect(JSON.stringify(events)).not.toContain(SECRET);
  });
});

describe("a cookie session", () => {
  test.each<[string, Extra, boolean]>([
    ["secret: nobody can read it", { secret: SECRET }, false],
    [
      "validateKey with encryptKey: nobody can read it",
      { validateKey: SECRET, encryptKey: OTHER_SECRET },
      false,
    ],
    ["validateKey alone: its user can", { validateKey: SECRET }, true],
  ])("with %s", async (_, extra, readable) => {
    const { browser, sessions } = cookieKind.scene(extra);
    await browser.start({ words: WORDS });
    expect(decoded(browser.value()).includes(WORDS)).toBe(readable);
    expect(await browser.data()).toEqual({ words: WORDS });
    expect(sessions.describePolicy()).toMatchObject({
      kind: "cookie",
      protection: readable ? "signed, readable by its user" : "encrypted",
    });
  });

  test("that its user can read cannot be changed: any byte of it", async () => {
    const { browser, clock } = cookieKind.scene({ validateKey: SECRET });
    await browser.start({ role: "user" });
    const bytes = Buffer.from(browser.value() ?? "", "base64url");
    for (let at = 0; at < bytes.length; at++) {
      const forged = Buffer.from(bytes);
      forged[at] = (forged[at] ?? 0) ^ 1;
      browser.plant(forged.toString("base64url"));
      await browser.visit((session) => expect([at, session.data]).toEqual([at, {}]));
    }
    expect(clock()).toBeGreaterThan(0);
  });

  test("does not accept a readable cookie where it writes encrypted ones, nor the reverse", async () => {
    const readable = cookieKind.scene({ validateKey: SECRET });
    await readable.browser.start({ a: 1 });
    expect(await readable.release({ secret: SECRET }).browser.data()).toEqual({});
    const sealed = cookieKind.scene({ secret: SECRET });
    await sealed.browser.start({ a: 1 });
    expect(await sealed.release({ validateKey: SECRET }).browser.data()).toEqual({});
  });

  test("rotates validateKey and encryptKey as well", async () => {
    const { browser, release } = cookieKind.scene({ validateKey: SECRET, encryptKey: OTHER_SECRET });
    await browser.start({ a: 1 });
    const rotated = release({ validateKey: SECRET, encryptKey: [THIRD_SECRET, OTHER_SECRET] });
    expect(await rotated.browser.data()).toEqual({ a: 1 });
    expect(await release({ validateKey: SECRET, encryptKey: THIRD_SECRET }).browser.data()).toEqual({});
  });

  test("sealed twice is never the same text", async () => {
    const { browser } = cookieKind.scene();
    const seen = new Set<string | undefined>();
    await browser.start({ a: 1 });
    for (let time = 0; time < 20; time++) {
      seen.add(browser.value());
      await browser.visit((session) => session.save());
    }
    expect(seen.size).toBe(20);
  });
});

describe.each(storeKinds)("the records of $name", ({ scene }) => {
  test.each<[string, Extra, boolean]>([
    ["secret", { secret: SECRET }, false],
    ["validateKey", { validateKey: SECRET }, false],
    ["secret and encryptKey", { secret: SECRET, encryptKey: OTHER_SECRET }, true],
    ["validateKey and encryptKey", { validateKey: SECRET, encryptKey: OTHER_SECRET }, true],
  ])("with %s", async (_, extra, sealed) => {
    const { browser, store, sessions, clock } = scene({ ...extra, timeout: 600 });
    const at = async () => JSON.stringify([...(await store.records())]);
    await browser.visit(async (session) => {
      session.data["words"] = WORDS;
      session.path = "/a/secret/place";
      await session.save();
    });
    expect((await at()).includes(WORDS)).toBe(!sealed);
    expect((await at()).includes("/a/secret/place")).toBe(!sealed);
    expect(decoded(browser.value())).not.toContain(WORDS);
    clock.advance(300);
    await browser.visit((session) => session.regenerate());
    expect((await at()).includes(WORDS)).toBe(!sealed);
    expect(await browser.data()).toEqual({ words: WORDS });
    expect(sessions.describePolicy()).toMatchObject({
      kind: "store",
      protection: "signed token",
      sealedRecords: sealed,
    });
  });

  test("sealed under one id open under no other, nor under another key, nor unsealed ones at all", async () => {
    const keys = { secret: SECRET, encryptKey: OTHER_SECRET };
    const { browser, store, release } = scene(keys);
    const mine = await browser.start({ who: "Ada" });
    await browser.visit(async (session) => {
      await session.invalidate();
    });
    expect(await browser.data()).toEqual({});
    const id = await browser.start({ who: "Bob" });
    const bob = (await store.records()).get(id)!;
    const eve = await browser.visit(async (session, cookies) => {
      await session.regenerate();
      return cookies && session.id;
    });
    // Somebody who can write to the store, but has no key, puts Bob's record under another id.
    await store.set(eve, bob);
    const swapped = release(keys);
    await swapped.browser.visit((session) => expect(session.data).toEqual({}));
    expect(swapped.events.at(-1)).toMatchObject({ type: "corrupt", id: eve });
    await store.set(eve, { ...bob, value: '{"data":{"who":"Eve"}}' });
    expect(await release(keys).browser.data()).toEqual({});
    expect(await release({ secret: SECRET, encryptKey: THIRD_SECRET }).browser.data()).toEqual({});
    expect(mine).not.toBe(id);
  });

  test("are found and saved after encryptKey was rotated", async () => {
    const { browser, release } = scene({ secret: SECRET, encryptKey: OTHER_SECRET });
    await browser.start({ a: 1 });
    const rotated = release({ secret: SECRET, encryptKey: [THIRD_SECRET, OTHER_SECRET] });
    await rotated.browser.visit(async (session) => {
      session.data["b"] = 2;
      await session.save();
    });
    expect(await release({ secret: SECRET, encryptKey: THIRD_SECRET }).browser.data()).toEqual({
      a: 1,
      b: 2,
    });
  });

  test("are sealed with the new encryptKey once they are used, if only read", async () => {
    const { browser, release, clock, store } = scene({ secret: SECRET, encryptKey: OTHER_SECRET });
    const id = await browser.start({ a: 1 });
    const sealed = (await store.get(id))!.value;
    const rotated = release({ secret: SECRET, encryptKey: [THIRD_SECRET, OTHER_SECRET] });
    await rotated.browser.visit();
    expect((await store.get(id))!.value).toBe(sealed);
    clock.advance(60);
    const late = await rotated.browser.begin();
    const resealed = (await store.get(id))!.value;
    expect(resealed).not.toBe(sealed);
    // And once only.
    clock.advance(60);
    await rotated.browser.visit();
    expect((await store.get(id))!.value).toBe(resealed);
    late.session.data["b"] = 2;
    await late.session.save();
    expect(await release({ secret: SECRET, encryptKey: THIRD_SECRET }).browser.data()).toEqual({
      a: 1,
      b: 2,
    });
  });

  test("conflict under seal as they do without", async () => {
    const { browser } = scene({ secret: SECRET, encryptKey: OTHER_SECRET });
    await browser.start({});
    const [one, two] = [await browser.begin(), await browser.begin()];
    one.session.data["a"] = 1;
    two.session.data["b"] = 2;
    await one.session.save();
    await two.session.save();
    expect(await browser.data()).toEqual({ a: 1, b: 2 });
  });
});
