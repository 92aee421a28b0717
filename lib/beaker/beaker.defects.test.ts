import { describe, expect, test } from "vitest";
import { type Extra, kinds, SECRET } from "../session/kinds.testing.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";

/**
 * The table of known defects, number by number. Mended elsewhere in this table: 15 (invalidate, methods), 16 and 17
 * (samesite, domain: options, properties), 20 (use_cookies, place), 24 (validate_key, keys), 25 (type, place). Elsewhere:
 * 5 (lock files) in the stores' own tests, 10 (pickle) in lib/serialize/hostile.test.ts, 21 in docs/from-beaker.md.
 */
describe.each(kinds)("Beaker's defects, $name:", ({ name, scene }) => {
  const inCookie = name === "cookie";

  test("#125 (7) Set-Cookie at every access | given a session in use | when read ten times | then not one cookie", async () => {
    const { browser } = scene({ timeout: 3600 });
    await browser.start({ a: 1 });
    for (let count = 0; count < 10; count++) {
      await browser.visit((_, cookies) => expect(cookies.writes).toEqual([]));
    }
  });

  test("#200, #233 (8) expiry never slides | given cookie_expires=600 | when read or saved every 5 minutes for an hour | then the browser still has it", async () => {
    for (const work of ["read", "save"]) {
      const { browser, clock } = scene({ timeout: 3600, cookieExpires: 600 });
      await browser.start({ count: 0 });
      for (let count = 1; count <= 12; count++) {
        clock.advance(300);
        await browser.visit(async (session) => {
          expect(session.isNew).toBe(false);
          session.data["count"] = count;
          if (work === "save") await session.save();
        });
      }
    }
  });

  test("#31, #240 (9) cookie_expires against timeout unclear | given both | when asked for the policy | then each in words", () => {
    const { text } = scene({ timeout: 600, cookieExpires: 86_400 }).sessions.describePolicy();
    expect(text).toContain("Idle limit: 600 s");
    expect(text).toContain("Kept by the browser: 86400 s");
  });

  test("#122 (11), #247 (12) json ignored by stores, _expires breaks it | given json and a datetime of its own | when saved | then JSON, and the date is kept beside it", async () => {
    const place = scene({ serializer: "json", validateKey: SECRET });
    const { browser } = place;
    const expires = new Date(Date.UTC(2030, 0, 1));
    await browser.visit(async (session) => {
      session.data["a"] = 1;
      session.cookieExpires = expires;
      await session.save();
    });
    await browser.visit((session) =>
      expect([session.cookieExpires, session.data]).toEqual([expires, { a: 1 }]),
    );
    const records = inCookie ? [] : [...(await place.store.records()).values()];
    expect(records.map(({ value }) => JSON.parse(value).data)).toEqual(inCookie ? [] : [{ a: 1 }]);
  });

  test("#180, #60 (13) KeyError after delete or a new key | given a deleted session, and one under another key | when loaded | then fresh, no error", async () => {
    const { browser, release } = scene();
    await browser.start({ a: 1 });
    const cookie = browser.value()!;
    await browser.visit(async (session) => {
      await session.delete();
      await session.load();
      expect([session.isNew, session.data, session.lastAccessed]).toEqual([true, {}, null]);
    });
    browser.plant(cookie);
    await release({ secret: "a third secret of forty characters, new!" }).browser.visit((session) => {
      expect([session.isNew, session.data]).toEqual([true, {}]);
    });
  });

  test("#101 (14) exceptions swallowed | given every way not to have a session | when read | then each has its event, and none throws", async () => {
    const cases: [
      string,
      Extra,
      (place: ReturnType<typeof scene>) => unknown,
      string | undefined,
      string | undefined,
    ][] = [
      ["absent", {}, ({ browser }) => browser.plant(""), undefined, undefined],
      ["idle", { timeout: 60 }, ({ clock }) => clock.advance(3600), "expired", "idle"],
      ["absolute", { absoluteTimeout: 60 }, ({ clock }) => clock.advance(3600), "expired", "absolute"],
      ["bad signature", {}, ({ browser }) => browser.plant("forged"), "corrupt", "seal"],
      ["revoked", { isRevoked: () => true }, () => {}, "unknown-id", undefined],
    ];
    for (const [what, options, act, type, reason] of cases) {
      const place = scene(options);
      await place.browser.start({ a: 1 });
      await act(place);
      place.happened();
      await place.browser.visit((session) => expect([what, session.isNew]).toEqual([what, true]));
      expect([what, ...place.happened()]).toEqual(type ? [what, type] : [what]);
      if (type) expect(place.events.at(-1)?.reason).toBe(reason);
    }
  });

  test("#24, #231 (19) odd cookie headers | given bare tokens, doubled names, quotes and junk | when read | then ours is found, the last of two", async () => {
    const { browser, sessions } = scene();
    await browser.start({ a: 1 });
    const cookie = `beaker.session.id=${browser.value()}`;
    const quoted = `beaker.session.id="${browser.value()}"`;
    for (const header of [
      `null; ${cookie}`,
      `a[b]=1; =; ;;${cookie};`,
      `beaker.session.id=x; ${cookie}`,
      quoted,
    ]) {
      const request = new Request("https://example.com/", { headers: { cookie: header } });
      expect([header, (await sessions.getSession(request, new Headers())).data]).toEqual([header, { a: 1 }]);
    }
  });

  test("#144 (23) no hook at timeout | given onEvent | when a session is found expired | then told, with its id and which limit", async () => {
    const { browser, clock, events } = scene({ timeout: 60 });
    const id = await browser.start({ a: 1 });
    clock.advance(3600);
    await browser.visit();
    expect(events.at(-1)).toEqual({ type: "expired", id, reason: "idle", at: clock() });
  });

  test("#29 (26) per-session timeout | given 60 s for all | when one sets a week for itself | then it lasts that long, others do not", async () => {
    const { browser, clock } = scene({ timeout: 60 });
    await browser.visit(async (session) => {
      session.timeout = 7 * 86_400;
      await session.save();
    });
    clock.advance(6 * 86_400);
    expect(await browser.visit((session) => session.isNew)).toBe(false);
  });

  test("(no thread) 4064 over the browsers' limit | given data of every size around it | when saved | then at most 4096 bytes of name and value, or CookieTooLargeError and nothing changed", async () => {
    const { browser } = scene();
    await browser.start({ kept: true });
    for (let size = 2900; size < 4200; size += 13) {
      await browser.visit(async (session, cookies) => {
        session.data["big"] = "x".repeat(size);
        const error = await session.save().then(
          () => undefined,
          (error) => error,
        );
        const sent = cookies.writes.map(({ name, value }) => name.length + value.length);
        if (error) expect([inCookie, error.code, sent]).toEqual([true, "ERR_COOKIE_TOO_LARGE", []]);
        else expect(Math.max(0, ...sent)).toBeLessThanOrEqual(4096);
      });
      expect((await browser.data())["kept"]).toBe(true);
    }
  });

  test("(no thread) a blank cookie shares one record | given two clients with `name=` | when both save | then two sessions", async () => {
    const { sessions } = scene();
    const ids = await Promise.all(
      [1, 2].map(async (who) => {
        const session = await sessions.getSession(fakeCookies({ "beaker.session.id": "" }));
        expect(session.data).toEqual({});
        session.data["who"] = who;
        await session.save();
        return session.id;
      }),
    );
    expect(ids[0]).not.toBe(ids[1]);
  });

  test("(no thread) session.secure = True has no effect | given TypeScript | when written | then it does not compile: flags are options", async () => {
    const { browser } = scene();
    await browser.visit((session) => {
      // @ts-expect-error: no such property.
      session.secure = true;
    });
  });
});
