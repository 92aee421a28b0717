import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { SessionOptions } from "../options/options.ts";
import { CookieSession } from "../session/cookie-session.ts";
import { SECRET } from "../session/kinds.testing.ts";
import { Session } from "../session/session.ts";
import { createSessions } from "../sessions.ts";
import { memoryStore } from "../stores/memory.ts";
import type { SessionStore } from "../stores/store.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { storeColumns } from "./table.testing.ts";

const refused = (option: string) => expect.objectContaining({ code: "ERR_CONFIG", option });
const make = (options: object) => createSessions({ secret: SECRET, ...options } as SessionOptions);
const policy = (options: object) => make(options).describePolicy();

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "next-beaker-table-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe("Beaker's place options:", () => {
  test.each([
    ["'cookie'", { type: "cookie" }, "cookie", null],
    ["'memory'", { type: "memory" }, "store", "memory"],
    ["None without data_dir", {}, "store", "memory"],
  ])("type | given %s | when configured | then that place", (_, options, kind, store) => {
    expect(policy(options)).toMatchObject({ kind, store });
  });

  test.each([
    ["None with data_dir: one SQLite file in place of Beaker's many", {}, "sqlite"],
    ["'sqlite', in place of 'dbm' and 'ext:sqla'", { type: "sqlite" }, "sqlite"],
    ["'file', one file a session", { type: "file" }, "file"],
  ])(
    "type, data_dir | given %s | when saved | then it is kept in that directory, made at the first use",
    async (_, options, store) => {
      const dataDir = join(directory(), "deep", "data");
      const sessions = make({ ...options, dataDir });
      expect([sessions.describePolicy().store, existsSync(dataDir)]).toEqual([store, false]);
      const session = await sessions.getSession(fakeCookies());
      await session.save();
      expect(existsSync(dataDir)).toBe(true);
      await sessions.close();
      expect(await make({ ...options, dataDir }).getById(session.id)).not.toBeNull();
    },
  );

  test.each([
    ["an unknown type (Beaker: KeyError)", { type: "ext:nowhere" }, "type"],
    ["'dbm'", { type: "dbm" }, "type"],
    ["'ext:redis'", { type: "ext:redis" }, "type"],
    ["'sqlite' without data_dir (Beaker: MissingCacheParameter)", { type: "sqlite" }, "dataDir"],
    ["'file' without data_dir", { type: "file" }, "dataDir"],
    ["data_dir with 'memory'", { type: "memory", dataDir: ".data" }, "dataDir"],
    ["data_dir with 'cookie'", { type: "cookie", dataDir: ".data" }, "dataDir"],
    ["'' as data_dir", { dataDir: "" }, "dataDir"],
    ["type and store at once", { type: "memory", store: memoryStore() }, "type"],
    ["data_dir and store at once", { dataDir: ".data", store: memoryStore() }, "dataDir"],
    ["a store class instead of a store", { store: Map }, "store"],
    ["a store without touch()", { store: { ...memoryStore(), touch: undefined } }, "store"],
  ])(
    "type, data_dir, namespace_class | given %s | when configured | then ConfigError",
    (_, options, option) => {
      expect(() => make(options)).toThrow(refused(option));
    },
  );

  test("type | given memory by default, in production | when configured | then one warning (#72)", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const flags = globalThis as Record<symbol, unknown>;
    delete flags[Symbol.for("next-beaker.memory-warning")];
    vi.stubEnv("NODE_ENV", "production");
    try {
      make({});
      make({});
      make({ type: "memory" });
      expect(warn.mock.calls.map(([text]) => /kept in memory/.test(text))).toEqual([true]);
    } finally {
      vi.unstubAllEnvs();
      warn.mockRestore();
    }
  });

  test("type | given the class that does not go with it | when constructed | then ConfigError", () => {
    const cookies = fakeCookies();
    expect(() => new Session(cookies, { secret: SECRET, type: "cookie" })).toThrow(refused("type"));
    expect(() => new CookieSession(cookies, { secret: SECRET, type: "memory" })).toThrow(refused("store"));
    expect(() => new CookieSession(cookies, { secret: SECRET, store: memoryStore() })).toThrow(
      refused("store"),
    );
  });

  test("CookieSession | given either class | when asked | then both are Sessions, and no other's instance", () => {
    class Mine extends Session {}
    const cookies = fakeCookies();
    const inCookie = new CookieSession(cookies, { secret: SECRET });
    const inStore = new Session(cookies, { secret: SECRET, store: memoryStore() });
    const mine = new Mine(cookies, { secret: SECRET, store: memoryStore() });
    const classes = (object: unknown) => [Session, CookieSession, Mine].map((one) => object instanceof one);
    expect(classes(inCookie)).toEqual([true, true, false]);
    expect(classes(inStore)).toEqual([true, false, false]);
    expect(classes(mine)).toEqual([true, false, true]);
    expect([{}, null, "session", Session].map((other) => other instanceof Session)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test("namespace_class | given any object with get, set, touch and delete | when used | then that is a store", async () => {
    const { get, set, touch, delete: remove } = memoryStore({ name: "bare" });
    const store: SessionStore = { name: "bare", get, set, touch, delete: remove };
    const { getSession, getById } = make({ store });
    const session = await getSession(fakeCookies());
    session.data["a"] = 1;
    await session.save();
    expect((await getById(session.id))?.data).toEqual({ a: 1 });
  });
});

describe.each(storeColumns)("Beaker's place options, $name:", ({ scene }) => {
  test("namespace_args | given a timeout | when saved and touched | then the store is told when to drop the record: 120 s after the end, as Beaker, and for every store", async () => {
    const { browser, store, clock } = scene({ timeout: 600, touchInterval: 60 });
    const id = await browser.start({ a: 1 });
    for (const seconds of [0, 300]) {
      clock.advance(seconds);
      await browser.visit();
      expect((await store.get(id))?.expiresAt).toBe(clock() + (600 + 60 + 120) * 1000);
    }
  });

  test("id | given one that is stored | when constructed with it | then it beats the cookie, which is neither read nor written", async () => {
    const { browser, store, clock } = scene();
    const id = await browser.start({ who: "by id" });
    browser.plant("");
    await browser.start({ who: "by cookie" });
    const cookies = browser.request();
    const session = new Session(cookies, { secret: SECRET, store, clock }, id);
    await session.load();
    expect([session.id, session.isNew, session.data]).toEqual([id, false, { who: "by id" }]);
    session.data["seen"] = true;
    await session.save();
    await session.regenerate();
    await session.delete();
    expect(cookies.writes).toEqual([]);
    expect(await browser.data()).toEqual({ who: "by cookie" });
  });

  test.each(["", "x", "..%2f..%2fetc", "A".repeat(43)])(
    "id | given one that is not stored: %j | when saved | then the record gets an id of ours, never that one (#59)",
    async (id) => {
      const { store, clock } = scene();
      const session = new Session(null, { secret: SECRET, store, clock }, id);
      await session.load();
      expect(session.isNew).toBe(true);
      await session.save();
      expect(session.id).not.toBe(id);
      expect([...(await store.records()).keys()]).toEqual([session.id]);
    },
  );

  test("use_cookies | given false | when domain is set (Beaker: AttributeError) and the session saved, found by id, deleted | then all works without a cookie", async () => {
    const { browser, sessions } = scene({ useCookies: false });
    const id = await browser.visit(async (session) => {
      session.domain = "example.com";
      await session.save();
      return session.id;
    });
    await (await sessions.getById(id))!.delete();
    expect(await sessions.getById(id)).toBeNull();
    expect(browser.kept.writes).toEqual([]);
  });
});
