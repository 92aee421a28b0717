import { describe, expect, test } from "vitest";
import { columns } from "./table.testing.ts";

const RESERVED = ["_id", "_creation_time", "_accessed_time", "_domain", "_path", "_expires"];

describe.each(columns)("Beaker's properties, $name:", ({ scene }) => {
  test("id | given a session | when saved, read, changed | then the same 43 characters, and never what is in the cookie", async () => {
    const { browser } = scene();
    const id = await browser.start({ a: 1 });
    expect(id).toMatch(/^[\w-]{43}$/);
    expect(browser.value()).not.toContain(id);
    await browser.visit(async (session) => {
      session.data["a"] = 2;
      await session.save();
      expect(session.id).toBe(id);
    });
  });

  test("id | given data under the key `_id` | when saved | then it is data: the id stays (Beaker: it changes)", async () => {
    const { browser } = scene();
    const id = await browser.start({ _id: "mine" });
    await browser.visit((session) => expect([session.id, session.data["_id"]]).toEqual([id, "mine"]));
  });

  test("reserved keys | given a session | when its keys are listed | then only the user's; and the reserved ones are free to use", async () => {
    const { browser } = scene({ timeout: 3600 });
    await browser.visit(async (session) => {
      expect(Object.keys(session.data)).toEqual([]);
      for (const key of RESERVED) session.data[key] = `my ${key}`;
      session.domain = "example.com";
      await session.save();
    });
    await browser.visit((session) => {
      expect(Object.keys(session.data).sort()).toEqual([...RESERVED].sort());
      expect(session.domain).toBe("example.com");
    });
  });

  test("created | given a session | when saved, read, regenerated, cleared of its data | then the same instant, epoch ms, never an error", async () => {
    const { browser, clock } = scene();
    const created = clock();
    await browser.visit((session) => expect(session.created).toBe(created));
    await browser.start({ a: 1 });
    for (const work of ["save", "regenerate", "load"] as const) {
      clock.advance(60);
      await browser.visit(async (session) => {
        for (const key of Object.keys(session.data)) delete session.data[key];
        await session[work]();
        expect(session.created).toBe(created);
      });
    }
  });

  test("last_accessed | given a new session | when read | then null, on both kinds; then the access of the request before", async () => {
    const { browser, clock } = scene({ timeout: 3600 });
    const start = clock();
    await browser.visit((session) => expect(session.lastAccessed).toBeNull());
    await browser.start({ a: 1 });
    clock.advance(100);
    await browser.visit((session) => expect(session.lastAccessed).toBe(start));
    await browser.visit((session) => expect(session.lastAccessed).toBe(start + 100_000));
  });

  test("is_new | given no session, a saved, an expired and a broken one | when read | then true, false, true, true, on both kinds", async () => {
    const { browser, clock } = scene({ timeout: 60 });
    const isNew = () => browser.visit((session) => session.isNew);
    expect(await isNew()).toBe(true);
    await browser.start({ a: 1 });
    expect(await isNew()).toBe(false);
    clock.advance(3600);
    expect(await isNew()).toBe(true);
    browser.plant("broken");
    expect(await isNew()).toBe(true);
  });

  test("was_invalidated | given a session | when invalidated | then true for the rest of the request, and for no other", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    await browser.visit(async (session) => {
      expect(session.wasInvalidated).toBe(false);
      await session.invalidate();
      expect(session.wasInvalidated).toBe(true);
      await session.save();
      expect(session.wasInvalidated).toBe(true);
    });
    expect(await browser.visit((session) => session.wasInvalidated)).toBe(false);
  });

  test("was_invalidated | given an invalidated session | when deleted after that | then still true", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    await browser.visit(async (session) => {
      await session.invalidate();
      await session.delete();
      expect(session.wasInvalidated).toBe(true);
    });
  });

  test("was_invalidated | given a session that expired | when read | then false: nobody called invalidate() (Beaker: True)", async () => {
    const { browser, clock } = scene({ timeout: 60 });
    await browser.start({ a: 1 });
    clock.advance(3600);
    expect(await browser.visit((session) => session.wasInvalidated)).toBe(false);
  });

  test.each([
    ["domain", "example.com", { domain: "example.com", path: "/" }],
    ["path", "/app", { path: "/app" }],
  ] as const)(
    "%s | given %s set and saved | when read, touched, and saved later | then kept with the session, in each of its cookies, other flags too",
    async (name, value, attributes) => {
      const { browser, clock } = scene({
        timeout: 3600,
        httpOnly: true,
        sameSite: "strict",
        cookieExpires: 600,
      });
      await browser.start({ a: 1 });
      await browser.visit(async (session, cookies) => {
        session[name] = value;
        expect(cookies.writes).toEqual([]);
        await session.save();
      });
      for (const work of ["read", "save", "regenerate"] as const) {
        clock.advance(100);
        await browser.visit(async (session, cookies) => {
          expect([session[name], Object.keys(session.data)]).toEqual([value, ["a"]]);
          if (work !== "read") await session[work]();
          expect(cookies.writes.at(-1)!.options).toMatchObject({
            ...attributes,
            httpOnly: true,
            sameSite: "strict",
            maxAge: 600,
          });
        });
      }
    },
  );

  test("domain, path | given a change that is not saved | when the request ends | then neither stored nor sent (Beaker: sent at once, even for an unsaved session)", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    await browser.visit((session, cookies) => {
      session.domain = "example.com";
      session.path = "/app";
      expect(cookies.writes).toEqual([]);
    });
    await browser.visit((session) => expect([session.domain, session.path]).toEqual([undefined, "/"]));
  });

  test("domain, path | given a configuration that changes | when a session without its own is read | then today's, not what it was saved under", async () => {
    const { browser, release, clock } = scene({ timeout: 3600, cookiePath: "/old" });
    await browser.start({ a: 1 });
    clock.advance(100);
    await release({ timeout: 3600, cookiePath: "/new", cookieDomain: "example.com" }).browser.visit(
      (session, cookies) => {
        expect([session.path, session.domain]).toEqual(["/new", "example.com"]);
        expect(cookies.writes[0]!.options).toMatchObject({ path: "/new", domain: "example.com" });
      },
    );
  });

  test("has_key, in, iteration, clear | given data | when used as a plain object | then that is all there is to it", async () => {
    const { browser } = scene();
    await browser.start({ a: 1, b: 2 });
    await browser.visit(async (session) => {
      expect([Object.hasOwn(session.data, "a"), "c" in session.data, Object.keys(session.data)]).toEqual([
        true,
        false,
        ["a", "b"],
      ]);
      for (const key of Object.keys(session.data)) delete session.data[key];
      await session.save();
    });
    await browser.visit((session) => expect([session.isNew, session.data]).toEqual([false, {}]));
  });
});
