import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { COOKIE, cookieKind, kinds, memoryKind, OTHER_SECRET, SECRET } from "./kinds.testing.ts";

const flipped = (value: string, at: number) => {
  const bytes = Buffer.from(value, "base64url");
  bytes[at % bytes.length]! ^= 1 << (at % 8);
  return bytes.toString("base64url");
};

const garbage: Array<[string, (good: string) => string]> = [
  ["garbage", () => "not a cookie of ours"],
  ["one letter", () => "x"],
  ["HTML", () => "<script>alert(1)</script>"],
  ["JSON", () => '{"userId":"admin"}'],
  ["a Beaker cookie of Python", () => `${"0a".repeat(20)}${"f".repeat(32)}`],
  ["an iron-session seal", () => `Fe26.2*1*${"a".repeat(64)}*x*y**z*w~2`],
  ["percent signs", () => "%00%ff%zz"],
  ["letters beyond ASCII", () => "\u00fc\u{1f36a}\0"],
  ["the first half", (good) => good.slice(0, good.length / 2)],
  ["all but one letter", (good) => good.slice(0, -1)],
  ["one letter more", (good) => `${good}A`],
  ["twice itself", (good) => good + good],
  ["in lower case", (good) => good.toLowerCase()],
  ["64 KB", () => "A".repeat(65_536)],
  ["64 KB that begin well", (good) => good + "A".repeat(65_536)],
  [
    "32 KB that are well-formed",
    (good) =>
      Buffer.concat([Buffer.from(good, "base64url").subarray(0, 2), Buffer.alloc(24_000)]).toString(
        "base64url",
      ),
  ],
];

describe.each(kinds)("a $name session given a cookie that is", ({ scene }) => {
  test.each(garbage)("%s starts afresh, says `corrupt` once, and can be saved", async (_, spoil) => {
    const { browser, sessions, happened } = scene();
    await browser.start({ a: 1 });
    const cookies = fakeCookies({ [COOKIE]: spoil(browser.value() ?? "") });
    happened();
    const session = await sessions.getSession(cookies);
    expect([session.isNew, session.data, cookies.writes]).toEqual([true, {}, []]);
    session.data["b"] = 2;
    await session.save();
    expect(happened()).toEqual(["corrupt", "created"]);
    expect((await sessions.getSession(cookies.nextRequest())).data).toEqual({ b: 2 });
  });

  test.each(garbage)("%s is a CorruptSessionError where that was asked for", async (_, spoil) => {
    const { browser, sessions } = scene({ invalidateCorrupt: false });
    await browser.start({ a: 1 });
    const spoilt = () => fakeCookies({ [COOKIE]: spoil(browser.value() ?? "") });
    await expect(sessions.getSession(spoilt())).rejects.toMatchObject({ code: "ERR_CORRUPT" });
    await expect(sessions.remaining(spoilt())).rejects.toMatchObject({ code: "ERR_CORRUPT" });
  });

  test("flipped in any bit starts afresh", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    const good = browser.value() ?? "";
    for (let at = 0; at < Buffer.from(good, "base64url").length; at++) {
      browser.plant(flipped(good, at));
      await browser.visit((session) => expect([at, session.data]).toEqual([at, {}]));
    }
  });

  test("whatever text starts afresh, and never throws", async () => {
    const { browser, sessions } = scene();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (value) => {
        const session = await sessions.getSession(fakeCookies({ [COOKIE]: value, [`${COOKIE}.0`]: value }));
        expect(session.isNew).toBe(true);
      }),
    );
    expect(browser.request().getAll()).toEqual([]);
  });

  test("of another secret, or replayed under another name, starts afresh", async () => {
    const { browser, release } = scene();
    await browser.start({ a: 1 });
    expect(await release({ secret: OTHER_SECRET }).browser.data()).toEqual({});
    const other = release({ key: "other" });
    other.browser.plant(browser.value() ?? "", "other");
    expect(await other.browser.data()).toEqual({});
  });

  test.each([
    ["empty", `${COOKIE}=`, {}],
    ["doubled, the last one good", `${COOKIE}=garbage; ${COOKIE}=GOOD`, { a: 1 }],
    ["doubled, the last one garbage", `${COOKIE}=GOOD; ${COOKIE}=garbage`, {}],
    ["doubled, the last one empty", `${COOKIE}=GOOD; ${COOKIE}=`, {}],
    ["among others of any shape", `null; =; a=b=c; ${COOKIE}x=1; ${COOKIE}=GOOD; \u00ff`, { a: 1 }],
    ["in quotes", `${COOKIE}="GOOD"`, { a: 1 }],
  ])("%s is read as Next.js would", async (_, header, expected) => {
    const { browser, sessions } = scene();
    await browser.start({ a: 1 });
    const cookie = header.replace("GOOD", browser.value() ?? "");
    const session = await sessions.getSession(
      new Request("https://example.com/", { headers: { cookie } }),
      new Headers(),
    );
    expect(session.data).toEqual(expected);
  });
});

describe("a cookie of the other kind", () => {
  test("starts afresh: a cookie session's for a store, and a store's for a cookie session", async () => {
    const sealed = cookieKind.scene();
    const readable = cookieKind.scene({ validateKey: SECRET });
    const stored = memoryKind.scene();
    for (const one of [sealed, readable, stored]) await one.browser.start({ a: 1 });
    for (const [from, to] of [[sealed, stored], [readable, stored], [stored, sealed], [stored, readable]] as const) {
      const value = from.browser.value() ?? "";
      const session = await to.sessions.getSession(fakeCookies({ [COOKIE]: value }));
      expect(session.data).toEqual({});
    }
  }); // biome-ignore format: pairs
});
