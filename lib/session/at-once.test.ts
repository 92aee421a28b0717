import { describe, expect, test, vi } from "vitest";
import { StoreJar } from "../cookie/jars.ts";
import { resolveStore } from "../options/kind.ts";
import type { SessionOptions } from "../options/options.ts";
import { resolveOptions } from "../options/resolve.ts";
import { COOKIE, kinds, SECRET } from "./kinds.testing.ts";
import { openSession } from "./open.ts";

const embedded = kinds.filter(({ name }) => name !== "file");

describe.each(embedded)("a $name session on Node.js", ({ name, scene }) => {
  function engineOver() {
    const here = scene({ timeout: 600 });
    const { browser, clock } = here;
    const place = name === "cookie" ? { type: "cookie" } : { store: here.store };
    const options = { secret: SECRET, clock, timeout: 600, key: COOKIE, ...place } as SessionOptions;
    const config = resolveOptions(options, resolveStore);
    return {
      browser,
      clock,
      open: () => openSession<{ a?: number }>(config, new StoreJar(browser.request())),
    };
  }

  test("is read and saved without a promise or a timer, so that no request waits for its turn", async () => {
    const { browser, open } = engineOver();
    await browser.start({ a: 1 });
    const timers = vi.spyOn(globalThis, "setTimeout");
    const { engine } = open();
    expect(engine.load()).toBeUndefined();
    expect(engine.state.data).toEqual({ a: 1 });
    engine.state.data.a = 2;
    expect(engine.save({})).toBeUndefined();
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
  });

  test("asks whether the read counts only where that would be written down", async () => {
    const { browser, clock, open } = engineOver();
    await browser.start({ a: 1 });
    const touch = vi.fn(() => true);
    await open().engine.load(touch);
    expect(touch).not.toHaveBeenCalled();
    clock.advance(60);
    await open().engine.load(touch);
    expect(touch).toHaveBeenCalledOnce();
  });

  test("does one thing after the other all the same", async () => {
    const { browser, open } = engineOver();
    await browser.start({ a: 1 });
    const { engine, session } = open();
    await engine.load();
    session.data.a = 2;
    const ended = session.delete();
    session.data.a = 3;
    const saved = session.save();
    await Promise.all([ended, saved]);
    expect([session.isNew, session.data]).toEqual([false, {}]);
  });
});
