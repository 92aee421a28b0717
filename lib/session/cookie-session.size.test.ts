import { describe, expect, test } from "vitest";
import { CookieTooLargeError } from "../errors.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { COOKIE, cookieKind } from "./kinds.testing.ts";

const { scene } = cookieKind;

describe("a cookie session at the size of a cookie", () => {
  const fits = async (length: number) => {
    const { browser } = scene();
    try {
      await browser.start({ text: "x".repeat(length) });
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(CookieTooLargeError);
      return false;
    }
  };
  const largest = async () => {
    let [low, high] = [0, 4096];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (await fits(middle)) low = middle;
      else high = middle;
    }
    return low;
  };

  test("is kept by the browser to the last byte, and can be touched for years", async () => {
    const length = await largest();
    expect(length).toBeGreaterThan(2900);
    const { browser, clock } = scene({ timeout: 1e9 });
    await browser.start({ text: "x".repeat(length) });
    for (const seconds of [1, 3600, 86_400, 400 * 86_400]) {
      clock.advance(seconds);
      await browser.visit((session) => expect(session.data["text"]).toHaveLength(length));
    }
    await browser.visit((session) => session.regenerate());
    await browser.visit((session) => expect(session.data["text"]).toHaveLength(length));
  });

  test("over it is a CookieTooLargeError that names the largest keys; nothing is changed", async () => {
    const { browser, happened } = scene();
    await browser.start({ small: 1 });
    happened();
    await browser.visit(async (session, cookies) => {
      session.data["cart"] = "c".repeat(5000);
      session.data["notes"] = "n".repeat(100);
      const failed = session.save();
      await expect(failed).rejects.toMatchObject({ code: "ERR_COOKIE_TOO_LARGE", limit: 4096 });
      const { largest, bytes, message } = (await failed.catch(
        (error: unknown) => error,
      )) as CookieTooLargeError;
      expect(largest.map(([key]) => key)).toEqual(["cart", "notes", "small"]);
      expect(largest[0]?.[1]).toBeGreaterThan(5000);
      expect(bytes).toBeGreaterThan(5000 * 1.33);
      expect(message).toContain("cart (");
      expect(cookies.writes).toEqual([]);
      expect([session.isNew, session.data["cart"]]).toEqual([false, "c".repeat(5000)]);
    });
    expect(happened()).toEqual(["loaded"]);
    expect(await browser.data()).toEqual({ small: 1 });
  });

  test.each([1, 2, 3, 4] as const)("fits up to %d chunks, and no more", async (cookieChunks) => {
    const { browser } = scene({ cookieChunks });
    const text = "x".repeat(2900 * cookieChunks);
    await browser.start({ text });
    expect(browser.request().getAll().length).toBe(cookieChunks);
    expect(await browser.data()).toEqual({ text });
    await browser.visit(async (session) => {
      session.data["text"] += "y".repeat(3100);
      await expect(session.save()).rejects.toMatchObject({ limit: 4096 * cookieChunks });
    });
    await browser.visit(async (session) => {
      session.data["text"] = "short";
      await session.save();
    });
    expect(browser.request().getAll().length).toBe(1);
    await browser.visit((session) => session.delete());
    expect(browser.request().getAll()).toEqual([]);
  });
});

describe("chunks of a cookie session", () => {
  const large = { cookieChunks: 4 } as const;
  const text = (letter: string) => letter.repeat(7000);

  async function chunksOf(letter: string) {
    const one = scene(large);
    await one.browser.start({ text: text(letter) });
    return one.browser.request().getAll();
  }

  const open = async (cookies: Array<{ name: string; value: string }>) => {
    const { sessions } = scene(large);
    const jar = fakeCookies(Object.fromEntries(cookies.map(({ name, value }) => [name, value])));
    return (await sessions.getSession(jar)).data;
  };

  test("of one session are one session", async () => {
    const one = await chunksOf("a");
    expect(one.map(({ name }) => name)).toEqual([`${COOKIE}.0`, `${COOKIE}.1`, `${COOKIE}.2`]);
    expect(await open(one)).toEqual({ text: text("a") });
    expect(await open(one.toReversed())).toEqual({ text: text("a") });
  });

  test("mixed from two sessions are none", async () => {
    const [one, two] = [await chunksOf("a"), await chunksOf("b")];
    for (let index = 0; index < one.length; index++) {
      expect(await open(one.with(index, two[index]!))).toEqual({});
    }
  });

  test("that lack one, are swapped, repeated, or followed by a stale one, are none", async () => {
    const one = await chunksOf("a");
    const [first, second, third] = one as [
      { name: string; value: string },
      { name: string; value: string },
      { name: string; value: string },
    ];
    expect(await open([second, third])).toEqual({});
    expect(await open([first, third])).toEqual({});
    expect(await open([first, second])).toEqual({});
    expect(await open([{ ...first, value: second.value }, { ...second, value: first.value }, third])).toEqual(
      {},
    );
    expect(await open([...one, { name: `${COOKIE}.3`, value: third.value }])).toEqual({});
  });

  test("stale ones are expired by the next save, and the session is whole again", async () => {
    const { browser } = scene(large);
    await browser.start({ text: text("a") });
    browser.plant("stale", `${COOKIE}.3`);
    await browser.visit(async (session) => {
      expect(session.isNew).toBe(true);
      session.data["b"] = 2;
      await session.save();
    });
    expect(
      browser
        .request()
        .getAll()
        .map(({ name }) => name),
    ).toEqual([COOKIE]);
    expect(await browser.data()).toEqual({ b: 2 });
  });

  test("fewer than there were are still read after `cookieChunks` was lowered, and deleted whole", async () => {
    const { browser, release } = scene(large);
    await browser.start({ text: text("a") });
    const less = release({ cookieChunks: 1 });
    await less.browser.visit(async (session) => {
      expect(session.data).toEqual({ text: text("a") });
      session.data["b"] = 1;
      await expect(session.save()).rejects.toMatchObject({ code: "ERR_COOKIE_TOO_LARGE" });
      await session.delete();
    });
    expect(browser.request().getAll()).toEqual([]);
  });
});

test("a cookie session's own data is all that is in its cookie, in as many bytes as said", async () => {
  const { browser } = scene();
  await browser.start({ a: 1 });
  expect(Buffer.from(browser.value() ?? "", "base64url").length).toBeLessThanOrEqual(2 + 24 + 20 + 7 + 16);
});
