import { afterEach, describe, expect, test, vi } from "vitest";
import { type Extra, OTHER_SECRET, SECRET } from "../session/kinds.testing.ts";
import { columns, cookieColumns, storeColumns } from "./table.testing.ts";

const refused = (option: string) => expect.objectContaining({ code: "ERR_CONFIG", option });
const clear = (value: string | undefined) => Buffer.from(value ?? "", "base64url").toString("latin1");

afterEach(() => vi.unstubAllEnvs());

describe.each(columns)("Beaker's keys, $name:", ({ scene, inCookie }) => {
  test("secret | given one | when a client changes the cookie in any place, or sends an id of its own | then nothing is found", async () => {
    const { browser } = scene();
    const id = await browser.start({ a: 1 });
    const value = browser.value()!;
    for (const forged of [id, "", "00000000000000000000000000000000", value.slice(1), value.slice(0, -4)]) {
      browser.plant(forged);
      expect(await browser.data()).toEqual({});
    }
    browser.plant(value);
    expect(await browser.data()).toEqual({ a: 1 });
  });

  test("secret | given several, newest first | when the old one is dropped after a save | then sessions go on", async () => {
    const { browser, release, clock } = scene({ timeout: 3600 });
    await browser.start({ a: 1 });
    clock.advance(600);
    await release({ timeout: 3600, secret: [OTHER_SECRET, SECRET] }).browser.visit((session) =>
      session.save(),
    );
    expect(await release({ timeout: 3600, secret: OTHER_SECRET }).browser.data()).toEqual({ a: 1 });
  });

  test("secret | given none, nor SESSION_SECRET | when configured | then ConfigError with a fresh one to paste: no unsigned ids", () => {
    vi.stubEnv("SESSION_SECRET", "");
    expect(() => scene({ secret: undefined })).toThrow(refused("secret"));
    expect(() => scene({ secret: undefined })).toThrow(/SESSION_SECRET=[\w-]{43}$/);
  });

  test.each<[string, Extra]>([
    ["umlauts", { validateKey: "ä".repeat(16) }],
    ["umlauts, both keys", { validateKey: "ä".repeat(16), encryptKey: "ß".repeat(16) }],
    ["umlauts as secret", { secret: "é".repeat(16) }],
  ])(
    "encrypt_key, validate_key | given %s | when saved | then it works: Beaker wanted ASCII",
    async (_, keys) => {
      const { browser } = scene(keys);
      await browser.start({ a: "ä" });
      expect(await browser.data()).toEqual({ a: "ä" });
    },
  );

  test.each<[string, Extra, string]>([
    ["'' as validate_key", { validateKey: "" }, "validateKey"],
    ["a short validate_key", { validateKey: "hoobermas" }, "validateKey"],
    ["a short encrypt_key", { validateKey: SECRET, encryptKey: "666a19cf7f61c64c" }, "encryptKey"],
    ["secret and validate_key at once", { secret: SECRET, validateKey: SECRET } as object, "validateKey"],
  ])("encrypt_key, validate_key | given %s | when configured | then ConfigError", (_, keys, option) => {
    expect(() => scene(keys)).toThrow(refused(option));
  });

  test.each(["encryptKey", "validateKey"])(
    "encrypt_key, validate_key | given a variable that is not set as %s | when configured | then ConfigError, but while building",
    (option) => {
      const keys = { validateKey: SECRET, encryptKey: SECRET };
      for (const missing of [undefined, [undefined]]) {
        vi.stubEnv("NEXT_PHASE", "");
        expect(() => scene({ ...keys, [option]: missing })).toThrow(refused(option));
        vi.stubEnv("NEXT_PHASE", "phase-production-build");
        expect(() => scene({ ...keys, [option]: missing })).not.toThrow();
      }
    },
  );

  test("secret | given a list of variables that are not set | when configured | then as if there were none", () => {
    vi.stubEnv("SESSION_SECRET", "");
    const nothing = { secret: [undefined, undefined] };
    expect(() => scene(nothing)).toThrow(/SESSION_SECRET=[\w-]{43}$/);
    vi.stubEnv("NEXT_PHASE", "phase-production-build");
    expect(() => scene(nothing)).not.toThrow();
  });

  test("validate_key | given with encrypt_key | when either is changed, or another is put before it | then the one ends sessions, the other does not", async () => {
    const { browser, release } = scene({ validateKey: SECRET, encryptKey: OTHER_SECRET });
    await browser.start({ a: 1 });
    const NEW = "a third secret of forty characters, newer";
    const [validateKey, encryptKey] = [
      [NEW, SECRET],
      [NEW, OTHER_SECRET],
    ];
    for (const keys of [
      { validateKey, encryptKey: OTHER_SECRET },
      { validateKey: SECRET, encryptKey },
      { validateKey, encryptKey },
    ])
      expect(await release(keys).browser.data()).toEqual({ a: 1 });
    for (const keys of [
      { validateKey: NEW, encryptKey: OTHER_SECRET },
      { validateKey: SECRET, encryptKey: NEW },
      { secret: OTHER_SECRET, ...(inCookie ? {} : { encryptKey: OTHER_SECRET }) },
    ])
      expect(await release(keys).browser.data()).toEqual({});
  });

  test("encrypt_key | given a wrong key at the next release | when read | then a fresh session and `corrupt`: no garbage is ever decoded", async () => {
    const { browser, release } = scene({ validateKey: SECRET, encryptKey: SECRET });
    await browser.start({ a: 1 });
    const later = release({ validateKey: SECRET, encryptKey: OTHER_SECRET });
    await later.browser.visit((session) => expect([session.isNew, session.data]).toEqual([true, {}]));
    expect(later.events.map(({ type, reason }) => [type, reason])).toEqual([
      ["corrupt", inCookie ? "seal" : "data"],
    ]);
  });
});

describe.each(cookieColumns)("Beaker's keys, $name:", ({ scene }) => {
  test("validate_key | given alone | when saved | then signed, and readable by its user", async () => {
    const { browser } = scene({ validateKey: SECRET });
    await browser.start({ theme: "dark" });
    expect(clear(browser.value())).toContain('{"theme":"dark"}');
    browser.plant(
      Buffer.from(clear(browser.value()).replace("dark", "evil"), "latin1").toString("base64url"),
    );
    expect(await browser.data()).toEqual({});
  });

  test("encrypt_key | given with validate_key, or `secret` alone | when saved | then nobody reads it, and no two texts are the same", async () => {
    for (const keys of [{ validateKey: SECRET, encryptKey: OTHER_SECRET }, { secret: SECRET }]) {
      const { browser } = scene(keys);
      await browser.start({ theme: "dark" });
      expect(clear(browser.value())).not.toContain("dark");
      const before = browser.value();
      await browser.visit((session) => session.save());
      expect(browser.value()).not.toBe(before);
      expect(await browser.data()).toEqual({ theme: "dark" });
    }
  });

  test("encrypt_key | given without validate_key | when configured | then ConfigError at once, not a TypeError at the first save", () => {
    vi.stubEnv("SESSION_SECRET", SECRET);
    expect(() => scene({ secret: undefined, encryptKey: SECRET })).toThrow(refused("encryptKey"));
  });
});

describe.each(storeColumns)("Beaker's keys, $name:", ({ scene }) => {
  test.each<[string, Extra, boolean]>([
    ["no encrypt_key", {}, true],
    ["validate_key alone", { validateKey: SECRET }, true],
    ["encrypt_key and validate_key", { validateKey: SECRET, encryptKey: OTHER_SECRET }, false],
    ["encrypt_key and secret", { secret: SECRET, encryptKey: OTHER_SECRET }, false],
  ])("encrypt_key | given %s | when saved | then the record at rest is plain: %j", async (_, keys, plain) => {
    const { browser, store } = scene(keys);
    // With a dot, which is not of base64url: sealed text cannot hold it by chance.
    await browser.start({ userId: "a.da" });
    const [record] = (await store.records()).values();
    expect(record!.value.includes("a.da")).toBe(plain);
    expect(clear(browser.value())).not.toContain("a.da");
    expect(await browser.data()).toEqual({ userId: "a.da" });
  });

  test("encrypt_key | given sealed records | when one is copied over another's id | then it does not open there", async () => {
    const { browser, store, sessions } = scene({ validateKey: SECRET, encryptKey: OTHER_SECRET });
    const mine = await browser.start({ who: "me" });
    browser.plant("");
    const theirs = await browser.start({ who: "them" });
    await store.set(mine, (await store.get(theirs))!);
    expect(await sessions.getById(mine)).toBeNull();
  });
});
