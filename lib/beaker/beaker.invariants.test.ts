import { describe, expect, test } from "vitest";
import { formatSetCookie } from "../cookie/header.ts";
import { kinds } from "../session/kinds.testing.ts";
import { stores, written } from "./table.testing.ts";

/**
 * What Beaker's CHANGELOG says was wrong once, and the invariants of a better one. Elsewhere: 1.5.2 (constant-time
 * comparison) in lib/seal, 1.9.1 (atomic writes) in the stores' own tests, invariant 5 in beaker.options.test.ts and
 * lib/session/session.limits.test.ts, 9 in beaker.refused.test.ts; 2 and 6 at length in lib/session.
 */
describe.each(kinds)("Beaker's CHANGELOG, $name:", ({ name, scene }) => {
  const inCookie = name === "cookie";

  test("0.7.3, 1.3, 1.4 | given a visitor without a session | when read and changed | then neither record nor cookie before save()", async () => {
    const place = scene();
    await place.browser.visit((session, cookies) => {
      session.data["a"] = 1;
      expect(written(place, cookies)).toEqual({ store: [], cookie: [] });
    });
  });

  test("1.0.1 | given a cookie session | when all data is removed and it is saved | then it keeps its id", async () => {
    const { browser } = scene();
    const id = await browser.start({ a: 1 });
    await browser.visit(async (session) => {
      delete session.data["a"];
      await session.save();
    });
    await browser.visit((session) => expect([session.id, session.isNew]).toEqual([id, false]));
  });

  test("1.0.2 | given a session never created | when invalidated or deleted | then no crash, no write", async () => {
    const place = scene();
    await place.browser.visit(async (session, cookies) => {
      await session.invalidate();
      await session.delete();
      expect(written(place, cookies)).toEqual({ store: [], cookie: [] });
    });
  });

  test("1.2 | given one request | when saved often with one change | then one write of one value", async () => {
    const place = scene();
    await place.browser.start({ a: 1 });
    written(place, place.browser.request());
    await place.browser.visit(async (session, cookies) => {
      session.data["a"] = 2;
      for (let count = 0; count < 5; count++) await session.save();
      const { store } = written(place, cookies);
      expect(store.filter((call) => call.startsWith("set"))).toEqual(inCookie ? [] : ["set version"]);
    });
  });

  test("1.2.3 | given an expired session | when read | then the check comes before the stamp: reading does not revive it", async () => {
    const { browser, clock } = scene({ timeout: 60 });
    await browser.start({ a: 1 });
    clock.advance(3600);
    for (let count = 0; count < 2; count++)
      expect(await browser.visit((session) => session.data)).toEqual({});
  });

  test("1.6.3 | given 29 February | when deleted | then expired by a duration, no date is computed", async () => {
    const { browser, clock } = scene();
    clock.set(Date.UTC(2028, 1, 29));
    await browser.start({ a: 1 });
    await browser.visit(async (session, cookies) => {
      await session.delete();
      expect(cookies.writes[0]!.options).toMatchObject({ maxAge: 0 });
      // The beginning of time, whatever the day is.
      expect(cookies.writes[0]!.options.expires).toEqual(new Date(0));
    });
  });

  test("1.6.4 | given a payload of another format | when its first byte is not ours | then corrupt, not misread: the format has a version", async () => {
    const { browser, events } = scene();
    await browser.start({ a: 1 });
    const bytes = Buffer.from(browser.value()!, "base64url");
    for (const first of [0, 1, 2, 3, 4, 127, 255].filter((first) => first !== bytes[0])) {
      browser.plant(Buffer.concat([Buffer.of(first), bytes.subarray(1)]).toString("base64url"));
      expect(await browser.data()).toEqual({});
      expect(events.at(-1)?.type).toBe("corrupt");
    }
  });

  test("1.8.1 | given cookie_expires=600 | when one session is set back to True | then its cookie has no expiry any more", async () => {
    const { browser } = scene({ cookieExpires: 600 });
    await browser.visit(async (session, cookies) => {
      session.cookieExpires = true;
      await session.save();
      expect([cookies.writes[0]!.options.maxAge, cookies.writes[0]!.options.expires]).toEqual([
        undefined,
        undefined,
      ]);
    });
  });

  test("1.11 | given an expiry date | when the header is written | then in English and GMT, as RFC 9110 has it", () => {
    const expires = new Date("2027-05-22T00:00:00+02:00");
    expect(formatSetCookie("a", "b", { expires })).toBe("a=b; Expires=Fri, 21 May 2027 22:00:00 GMT");
  });
});

describe.each(kinds)("Beaker's invariants, $name:", ({ name, scene }) => {
  const inCookie = name === "cookie";

  test("6 | given any three of save, delete, invalidate, regenerate, revert in one request | when it ends | then cookie and store agree, and the configuration is as it was", async () => {
    const steps = ["save", "delete", "invalidate", "regenerate", "revert"] as const;
    const place = scene({ cookieExpires: 600 });
    const { browser } = place;
    for (const sequence of steps.flatMap((a) => steps.flatMap((b) => steps.map((c) => [a, b, c])))) {
      for (const existing of [false, true]) {
        browser.plant("");
        const id = existing ? await browser.start({ a: 1 }) : undefined;
        const before = await place.live();
        const expected = await browser.visit(async (session) => {
          session.data["b"] = 2;
          let lives = existing;
          let data = lives ? { a: 1 } : {};
          for (const step of sequence) {
            if (step === "save") data = structuredClone(session.data) as typeof data;
            await session[step]();
            if (step === "save") lives = true;
            if (step === "delete" || step === "invalidate") lives = false;
          }
          expect([...sequence, session.isNew]).toEqual([...sequence, !lives]);
          return { lives, id: session.id, data: lives ? data : {} };
        });
        const what = `${existing ? "saved" : "new"}: ${sequence.join(", ")}`;
        await browser.visit((session) => {
          expect([what, session.isNew, session.data]).toEqual([what, !expected.lives, expected.data]);
          if (expected.lives) expect(session.id).toBe(expected.id);
        });
        expect([what, Boolean(browser.value())]).toEqual([what, expected.lives]);
        const more = Number(expected.lives) - Number(id !== undefined);
        expect([what, (await place.live()) - before]).toEqual([what, inCookie ? 0 : more]);
      }
    }
    await browser.visit(async (session, cookies) => {
      await session.delete();
      await session.save();
      expect(cookies.writes.at(-1)!.options.maxAge).toBe(600);
    });
  });

  test("7 | given nested data | when changed, saved, changed and reverted | then as first read; what revert gives is not shared", async () => {
    const { browser } = scene();
    await browser.start({ list: [{ n: 1 }] });
    await browser.visit(async (session) => {
      for (let count = 0; count < 2; count++) {
        (session.data["list"] as { n: number }[])[0]!.n = 9;
        session.revert();
        expect(session.data).toEqual({ list: [{ n: 1 }] });
      }
    });
  });
});

describe.each(stores)("Beaker's invariants, $name:", ({ scene }) => {
  test("1 | given fifty readers past touchInterval, beside a writer | when all are done | then the writer's value stands", async () => {
    const { browser, clock } = scene({ timeout: 3600 });
    await browser.start({ count: 0 });
    clock.advance(600);
    const writer = await browser.begin();
    const readers = Array.from({ length: 50 }, async () =>
      (await browser.begin()).session.save({ accessedOnly: true }),
    );
    writer.session.data["count"] = 1;
    await Promise.all([...readers, writer.session.save()]);
    expect(await browser.data()).toEqual({ count: 1 });
  });

  test("2, 3 | given a request that loaded before | when the session was deleted, invalidated or regenerated and it saves, locks or regenerates late | then SessionGoneError, nothing is there", async () => {
    for (const end of ["delete", "invalidate", "regenerate"] as const) {
      for (const late of ["save", "save, unchanged", "lock", "regenerate"] as const) {
        // Not yet, and held in lib/session/session.ended.test.ts: the note under a replaced id can be touched.
        if (end === "regenerate" && late === "save, unchanged") continue;
        const { browser, sessions, live } = scene();
        const id = await browser.start({ a: 1 });
        const slow = await browser.begin();
        await browser.visit((session) => session[end]());
        if (late !== "save, unchanged") slow.session.data["late"] = true;
        const work = late === "save, unchanged" ? "save" : late;
        await expect(slow.session[work](), `${end}, ${late}`).rejects.toMatchObject({ code: "ERR_GONE" });
        expect(await sessions.getById(id)).toBeNull();
        expect(await live()).toBe(end === "regenerate" ? 1 : 0);
      }
    }
  });

  test("4 | given a session in a store | when its data is large | then the cookie is as small as ever", async () => {
    const { browser } = scene();
    await browser.start({ big: "x".repeat(1_000_000) });
    expect(browser.value()!.length).toBeLessThan(200);
    expect((await browser.data())["big"]).toHaveLength(1_000_000);
  });

  test("8 | given many at once | when each adds one by update() | then none is lost, and the lock is free afterwards", async () => {
    const { browser } = scene();
    await browser.start({ count: 0 });
    const add = async () => {
      const { session } = await browser.begin();
      await session.update((data) => {
        data["count"] = (data["count"] as number) + 1;
      });
    };
    await Promise.all(Array.from({ length: 20 }, add));
    expect(await browser.data()).toEqual({ count: 20 });
    await (await (await browser.begin()).session.lock({ wait: 0 })).unlock();
  });
});
