import { describe, expect, test } from "vitest";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { columns, storeColumns } from "./table.testing.ts";

const HOUR = 3600;
const DAYS_400 = 400 * 24 * HOUR;

describe.each(columns)("Beaker's cookie options, $name:", ({ scene }) => {
  test.each([
    ["a name", { key: "sid", secure: true }, "sid"],
    ["none, over https", { secure: true }, "__Host-beaker.session.id"],
    ["none, over http", {}, "beaker.session.id"],
    ["none, over https with a path", { secure: true, cookiePath: "/app" }, "beaker.session.id"],
  ])("key | given %s | when saved | then the cookie has that name", async (_, options, name) => {
    const { browser } = scene(options);
    await browser.start({ a: 1 });
    expect(browser.kept.getAll().map((cookie) => cookie.name)).toEqual([name]);
  });

  test.each([
    ["True (the default)", undefined, {}],
    ["True", true, {}],
    ["False: 400 days, the browsers' cap, and no 2038", false, { maxAge: DAYS_400 }],
    ["timedelta(minutes=10): seconds", 600, { maxAge: 600 }],
    ["timedelta(days=1000): the browsers' cap", 1000 * 24 * HOUR, { maxAge: DAYS_400 }],
    [
      "datetime: that instant",
      new Date("2027-05-22T00:00:00+02:00"),
      { expires: new Date(Date.UTC(2027, 4, 21, 22)) },
    ],
  ])(
    "cookie_expires | given %s | when saved | then the cookie says so",
    async (_, cookieExpires, expected) => {
      const { browser } = scene(cookieExpires === undefined ? {} : { cookieExpires });
      await browser.visit(async (session, cookies) => {
        await session.save();
        const { maxAge, expires } = cookies.writes[0]!.options;
        const given = {
          ...(maxAge === undefined ? {} : { maxAge }),
          ...(expires === undefined ? {} : { expires }),
        };
        expect(given).toEqual(expected);
      });
    },
  );

  test("cookie_expires | given seconds | when used for longer than that | then the browser's expiry slides, on both kinds", async () => {
    const { browser, clock } = scene({ cookieExpires: 600, timeout: HOUR });
    await browser.start({ a: 1 });
    for (let count = 0; count < 5; count++) {
      clock.advance(400);
      expect(await browser.visit((session) => session.data)).toEqual({ a: 1 });
    }
  });

  test("cookie_expires | given 10 s | when a client sends the cookie an hour later | then it is valid: the option is the browser's side only", async () => {
    const { browser, clock, sessions } = scene({ cookieExpires: 10 });
    await browser.start({ a: 1 });
    const cookies = browser.request();
    clock.advance(HOUR);
    expect(
      (await sessions.getSession(fakeCookies({ "beaker.session.id": cookies.getAll()[0]!.value }))).data,
    ).toEqual({ a: 1 });
  });

  test.each([
    ["cookie_domain", { cookieDomain: "example.com" }, { domain: "example.com" }],
    ["cookie_domain: none", {}, { domain: undefined }],
    ["cookie_path: /", {}, { path: "/" }],
    ["cookie_path", { cookiePath: "/app" }, { path: "/app" }],
    ["secure", { secure: true, key: "sid" }, { secure: true }],
    ["secure: false outside production", {}, { secure: false }],
    ["httponly: true, unlike Beaker", {}, { httpOnly: true }],
    ["httponly: false", { httpOnly: false }, { httpOnly: false }],
    ["samesite: lax", {}, { sameSite: "lax" }],
    ["samesite: strict", { sameSite: "strict" }, { sameSite: "strict" }],
    ["samesite: none", { sameSite: "none", secure: true, key: "sid" }, { sameSite: "none", secure: true }],
  ] as const)(
    "%s | when saved, read later, changed and deleted | then every cookie sent carries it",
    async (_, options, expected) => {
      const { browser, clock } = scene({ timeout: HOUR, ...options });
      const sent: Record<string, unknown>[] = [];
      for (const work of ["save", "read", "save", "delete"] as const) {
        clock.advance(100);
        await browser.visit(async (session, cookies) => {
          session.data["n"] = clock();
          if (work !== "read") await session[work]();
          sent.push({ ...cookies.writes.at(-1)!.options });
        });
      }
      for (const options of sent) {
        for (const [name, value] of Object.entries(expected))
          expect([name, options[name]]).toEqual([name, value]);
      }
    },
  );
});

describe.each(storeColumns)("Beaker's cookie options, $name:", ({ scene }) => {
  test("key | given the same store under two names | when the cookie of one is sent as the other's | then it is not accepted", async () => {
    const { browser, release } = scene({ key: "a" });
    await browser.start({ a: 1 });
    const other = release({ key: "b" });
    other.browser.plant(browser.value("a")!, "b");
    expect(await other.browser.data()).toEqual({});
  });
});
