import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { columns } from "./table.testing.ts";

const HOUR = 3600;
const refused = (option: string) => expect.objectContaining({ code: "ERR_CONFIG", option });

describe.each(columns)("Beaker's options, $name:", ({ scene, inCookie }) => {
  test("request | given a request's cookie store | when the session is saved | then its cookie is set there", async () => {
    const { browser } = scene();
    await browser.visit(async (session, cookies) => {
      await session.save();
      expect(cookies.writes).toHaveLength(1);
    });
  });

  test("timeout | given 60 s | when unused for just 60 s | then it is valid (now - accessed <= timeout)", async () => {
    const { browser, clock } = scene({ timeout: 60, touchInterval: 0 });
    await browser.start({ a: 1 });
    clock.advance(60);
    expect(await browser.data()).toEqual({ a: 1 });
  });

  test("timeout | given 60 s | when unused for a millisecond longer | then it is over, in store and cookie", async () => {
    const { browser, clock, live } = scene({ timeout: 60, touchInterval: 0 });
    const id = await browser.start({ a: 1 });
    clock.advance(60.001);
    await browser.visit((session) => {
      expect([session.isNew, session.data]).toEqual([true, {}]);
      expect(session.id).not.toBe(id);
    });
    expect(await live()).toBe(0);
  });

  test("timeout | given null | when unused for a century | then it is valid", async () => {
    const { browser, clock } = scene({ timeout: null });
    await browser.start({ a: 1 });
    clock.advance(100 * 365 * 24 * HOUR);
    expect(await browser.data()).toEqual({ a: 1 });
  });

  test("timeout | given 60 s | when read every 50 s | then it lasts: reading counts as use", async () => {
    const { browser, clock } = scene({ timeout: 60 });
    await browser.start({ a: 1 });
    for (let count = 0; count < 10; count++) {
      clock.advance(50);
      expect(await browser.visit((session) => session.data)).toEqual({ a: 1 });
    }
  });

  test("timeout | given a cookie that the browser keeps for ever | when idle for longer | then it is over: the server decides", async () => {
    const { browser, clock } = scene({ timeout: 60, cookieExpires: false });
    await browser.start({ a: 1 });
    clock.advance(HOUR);
    expect(browser.value()).toBeDefined();
    expect(await browser.data()).toEqual({});
  });

  test("save_accessed_time | given true | when a request only reads, past touchInterval | then the access time alone is written", async () => {
    const { browser, clock, happened } = scene({ timeout: HOUR });
    await browser.start({ a: 1 });
    clock.advance(61);
    happened();
    await browser.visit((session) => {
      session.data["a"] = 2;
    });
    expect(happened()).toEqual(["loaded", "touched"]);
    expect(await browser.data()).toEqual({ a: 1 });
  });

  test("save_accessed_time | given false | when a request never saves | then nothing is written, neither store nor cookie", async () => {
    const { browser, clock, happened } = scene({ saveAccessedTime: false });
    const start = clock();
    await browser.start({ a: 1 });
    clock.advance(30 * 24 * HOUR);
    happened();
    await browser.visit((session, cookies) => {
      // As in Beaker: the last request that wrote.
      expect(session.lastAccessed).toBe(start);
      expect(cookies.writes).toEqual([]);
    });
    expect(happened()).toEqual(["loaded"]);
  });

  test("save_accessed_time | given false | when one session sets a timeout of its own | then it is refused as in the options", async () => {
    const { browser } = scene({ saveAccessedTime: false });
    await browser.visit((session) => {
      expect(() => {
        session.timeout = 60;
      }).toThrow(ConfigError);
    });
  });

  test.each([
    [undefined, new Date(5)],
    ["rich", new Date(5)],
    ["json", "plain"],
    [
      {
        serialize: (data: object) => `!${JSON.stringify(data)}`,
        parse: (text: string) => JSON.parse(text.slice(1)),
      },
      "own",
    ],
  ] as const)(
    "data_serializer | given %j | when saved | then the next request reads it back, in store and cookie alike",
    async (serializer, value) => {
      const { browser } = scene(serializer === undefined ? {} : { serializer });
      await browser.start({ value });
      expect(await browser.data()).toEqual({ value });
    },
  );

  test('data_serializer | given "json" | when a date, a Map or a function is saved | then SerializationError with its path, and nothing is written', async () => {
    const { browser, happened } = scene({ serializer: "json" });
    for (const value of [new Date(), new Map(), () => 1]) {
      await browser.visit(async (session, cookies) => {
        session.data["user"] = { value };
        await expect(session.save()).rejects.toMatchObject({
          code: "ERR_SERIALIZATION",
          path: "data.user.value",
        });
        expect(cookies.writes).toEqual([]);
      });
    }
    expect(happened()).toEqual([]);
  });

  test("invalidate_corrupt | given true | when the cookie is not ours or broken | then a `corrupt` event and a fresh session", async () => {
    const { browser, events } = scene();
    await browser.start({ a: 1 });
    browser.plant(`${browser.value()}A`);
    await browser.visit((session) => expect([session.isNew, session.data]).toEqual([true, {}]));
    expect(events.at(-1)).toMatchObject({ type: "corrupt", reason: "seal" });
  });

  test("invalidate_corrupt | given false | when the cookie is not ours or broken | then CorruptSessionError, for a bad signature too and on both kinds", async () => {
    const { browser } = scene({ invalidateCorrupt: false });
    browser.plant("not-one-of-ours");
    await expect(browser.visit()).rejects.toMatchObject({ code: "ERR_CORRUPT" });
  });

  test.each([true, false])(
    "invalidate_corrupt | given %s | when the data does not decode | then the same rule, and no garbage",
    async (invalidateCorrupt) => {
      const { browser, release, events } = scene();
      await browser.start({ a: 1 });
      const parse = () => {
        throw new SyntaxError("garbled");
      };
      const later = release({ invalidateCorrupt, serializer: { serialize: JSON.stringify, parse } });
      if (!invalidateCorrupt)
        return expect(later.browser.visit()).rejects.toMatchObject({ code: "ERR_CORRUPT" });
      await later.browser.visit((session) => expect([session.isNew, session.data]).toEqual([true, {}]));
      expect([...events, ...later.events].at(-1)).toMatchObject({ type: "corrupt", reason: "data" });
    },
  );

  test("use_cookies | given false | when used | then no cookie is read or written; a cookie session refuses it", async () => {
    if (inCookie) return expect(() => scene({ useCookies: false })).toThrow(refused("useCookies"));
    const { browser, sessions } = scene({ useCookies: false });
    const id = await browser.start({ a: 1 });
    expect(browser.kept.writes).toEqual([]);
    expect((await sessions.getById(id))?.data).toEqual({ a: 1 });
  });
});
