import { describe, expect, test } from "vitest";
import { StoreJar } from "../cookie/jars.ts";
import { resolveStore } from "../options/kind.ts";
import type { SessionOptions } from "../options/options.ts";
import { resolveOptions } from "../options/resolve.ts";
import { type Extra, OTHER_SECRET, SECRET, storeKinds } from "../session/kinds.testing.ts";
import { checkStamps } from "./middleware-check.ts";

describe.each(storeKinds)("checkStamps, which the Edge uses for a session in $name", ({ scene }) => {
  async function here(extra: Extra = {}) {
    const whole = scene(extra);
    const id = await whole.browser.start({ a: 1 });
    const { store, clock, browser, events } = whole;
    const options = { secret: SECRET, store, clock, onEvent: (event: never) => events.push(event), ...extra };
    const config = resolveOptions(options as SessionOptions, resolveStore);
    store.fails = () => "before";
    store.asked();
    const check = async (touch = true) => {
      const cookies = browser.request();
      const result = await checkStamps(config, new StoreJar(cookies), touch);
      browser.answered(cookies);
      expect(store.asked()).toEqual([]);
      return { ...result, writes: cookies.writes };
    };
    return { ...whole, browser, store, clock, id, check };
  }

  test("knows a live session without asking the store", async () => {
    const { check, id, clock } = await here({ timeout: 600 });
    expect(await check()).toEqual({
      status: "live",
      session: { id, created: clock(), lastAccessed: clock(), expiresAt: clock() + 600_000 },
      writes: [],
    });
  });

  test("refreshes the stamps when due, and only then, and not if told to keep quiet", async () => {
    const { check, clock } = await here({ timeout: 600 });
    clock.advance(59);
    expect((await check()).writes).toEqual([]);
    clock.advance(1);
    expect((await check(false)).writes).toEqual([]);
    expect((await check()).writes).toHaveLength(1);
    expect((await check()).writes).toEqual([]);
  });

  test("writes nothing with saveAccessedTime off", async () => {
    const { check, clock } = await here({ saveAccessedTime: false });
    clock.advance(3600);
    expect(await check()).toMatchObject({ status: "live", writes: [] });
  });

  test("keeps a session alive by its cookie: Node counts from the later of the two", async () => {
    const { check, clock, browser, store } = await here({ timeout: 600 });
    clock.advance(500);
    expect((await check()).writes).toHaveLength(1);
    clock.advance(500);
    store.fails = () => undefined;
    expect(await browser.data()).toEqual({ a: 1 });
  });

  test.each([
    ["idle", { timeout: 600 }, 660],
    ["absolute", { timeout: 600, absoluteTimeout: 300 }, 300],
  ])("ends it by the %s limit, to the millisecond", async (reason, limits, seconds) => {
    const { check, clock, events, id } = await here(limits);
    clock.advance(seconds);
    expect((await check(false)).status).toBe("live");
    clock.advance(0.001);
    expect(await check()).toMatchObject({ status: "ended", reason, writes: [] });
    expect(events.at(-1)).toMatchObject({ type: "expired", reason, id });
  });

  test("honours the session's own timeout", async () => {
    const whole = scene({ timeout: 600 });
    await whole.browser.visit(async (session) => {
      session.timeout = 10;
      await session.save();
    });
    const config = resolveOptions(
      { secret: SECRET, store: whole.store, clock: whole.clock, timeout: 600 },
      resolveStore,
    );
    whole.clock.advance(12);
    expect(await checkStamps(config, new StoreJar(whole.browser.request()), true)).toMatchObject({
      reason: "idle",
    });
  });

  test("is missing without a cookie, and invalid for one that we did not sign", async () => {
    const { check, browser } = await here();
    const good = browser.value() ?? "";
    for (const bad of ["forged", good.slice(0, -1), `${good}A`]) {
      browser.plant(bad);
      expect(await check()).toMatchObject({ status: "ended", reason: "invalid" });
    }
    browser.plant("");
    expect(await check()).toMatchObject({ status: "missing" });
  });

  test("with rotation writes no cookie, which could bring an old id back, and so cannot tell an idle one", async () => {
    const { check, clock } = await here({ timeout: 600, rotateEvery: 300, absoluteTimeout: 3600 });
    const created = clock();
    for (const seconds of [120, 580, 2900]) {
      clock.advance(seconds);
      expect(await check()).toMatchObject({
        status: "live",
        session: { lastAccessed: created, expiresAt: created + 3_600_000 },
        writes: [],
      });
    }
    clock.advance(0.001);
    expect(await check()).toMatchObject({ status: "ended", reason: "absolute" });
  });

  test("refuses another secret's", async () => {
    const { browser, store, clock } = await here();
    const other = resolveOptions({ secret: OTHER_SECRET, store, clock }, resolveStore);
    expect(await checkStamps(other, new StoreJar(browser.request()), true)).toMatchObject({
      reason: "invalid",
    });
  });

  test("asks isRevoked, which is not told whose session it is, and reports what it says", async () => {
    const asked: unknown[] = [];
    const isRevoked = async (info: object) => asked.push(info) > 1;
    const { check, id, clock, events, browser } = await here({
      isRevoked,
      timeout: 600,
      subject: () => "ada",
    });
    const created = clock();
    expect((await check()).status).toBe("live");
    events.length = 0;
    const revoked = await check();
    expect(revoked).toMatchObject({ status: "ended", reason: "revoked", writes: [] });
    expect(asked).toEqual(Array(2).fill({ id, created, subject: undefined }));
    expect(events).toMatchObject([{ type: "unknown-id", id }]);
    expect(browser.value()).toBeDefined();
  });

  test("does not ask isRevoked about what has ended anyway, and passes on what it throws", async () => {
    const isRevoked = () => Promise.reject(new Error("mine"));
    const { check, clock, browser } = await here({ isRevoked, timeout: 600 });
    await expect(check()).rejects.toThrow("mine");
    clock.advance(661);
    expect(await check()).toMatchObject({ reason: "idle" });
    browser.plant("forged");
    expect(await check()).toMatchObject({ reason: "invalid" });
  });
});
