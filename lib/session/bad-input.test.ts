import { chmodSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { ReadonlySessionError, SessionError, StoreUnavailableError } from "../errors.ts";
import { createSessions } from "../sessions.ts";
import { scratchPath } from "../stores/sqlite/scratch.testing.ts";
import { sqliteStore } from "../stores/sqlite.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { Browser, COOKIE, cookieKind, kinds, memoryKind, OTHER_SECRET, SECRET } from "./kinds.testing.ts";

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

describe("chunks", () => {
  const large = { cookieChunks: 4 } as const;
  const text = (letter: string) => letter.repeat(7000);

  async function chunksOf(letter: string) {
    const one = cookieKind.scene(large);
    await one.browser.start({ text: text(letter) });
    return one.browser.request().getAll();
  }

  const open = async (cookies: Array<{ name: string; value: string }>) => {
    const { sessions } = cookieKind.scene(large);
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
    const { browser } = cookieKind.scene(large);
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
    const { browser, release } = cookieKind.scene(large);
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

test.each(kinds)(
  "a save() in a component of a $name session says where to call it instead",
  async ({ scene }) => {
    const { browser, sessions } = scene();
    const cookies = browser.request();
    cookies.readonly = true;
    const session = await sessions.getSession(cookies);
    const failed = session.save();
    await expect(failed).rejects.toThrow(ReadonlySessionError);
    await expect(failed).rejects.toThrow(/server action, a route handler or middleware/);
  },
);

describe("a database file that", () => {
  function over(path: string, busyTimeout = 100) {
    const store = sqliteStore({ path, busyTimeout });
    onTestFinished(() => store.close?.());
    const sessions = createSessions({ secret: SECRET, store });
    return { sessions, store, browser: new Browser(sessions, fakeCookies()) };
  }

  async function down(work: Promise<unknown>, says: RegExp) {
    await expect(work).rejects.toThrow(StoreUnavailableError);
    await expect(work).rejects.toMatchObject({
      code: "ERR_STORE_UNAVAILABLE",
      message: expect.stringMatching(says),
    });
  }

  test("is in a directory that cannot be made is told, with its path", async () => {
    const file = scratchPath("a-file");
    writeFileSync(file, "");
    const { browser } = over(`${file}/deep/sessions.db`);
    await down(browser.start({ a: 1 }), /a-file\/deep\/sessions\.db/);
    expect(browser.value()).toBeUndefined();
  });

  test("is no database is told, and left as it is", async () => {
    const path = scratchPath();
    writeFileSync(path, "precious words, not a database\n".repeat(200));
    const before = readFileSync(path, "utf8");
    const { browser } = over(path);
    await down(browser.start({ a: 1 }), /not a SQLite database/);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test("was cut short is told; moved away, the store goes on", async () => {
    const path = scratchPath();
    const { browser, store } = over(path);
    await browser.start({ text: "x".repeat(50_000) });
    await store.close?.();
    truncateSync(path, Math.floor(statSync(path).size / 2));
    const outcome = await browser.visit((session) => session.isNew).catch((error: unknown) => error);
    if (outcome !== true) expect(outcome).toBeInstanceOf(SessionError);
    await store.close?.();
    for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
    await browser.visit((session) => expect(session.isNew).toBe(true));
    await browser.start({ b: 2 });
    expect(await browser.data()).toEqual({ b: 2 });
  });

  test("is locked by somebody else is told within the time allowed, and works again afterwards", async () => {
    const path = scratchPath();
    const { browser } = over(path);
    await browser.start({ a: 1 });
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec("BEGIN IMMEDIATE");
    const { session } = await browser.begin();
    session.data["a"] = 2;
    const before = performance.now();
    await down(session.save(), /locked/);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(await browser.data()).toEqual({ a: 1 });
    other.exec("COMMIT");
    await session.save();
    expect(await browser.data()).toEqual({ a: 2 });
  });

  // Root may write anything; for root sqlite.recovery.test.ts drops its rights in a child.
  if (process.getuid?.() !== 0)
    test("is read-only still reads; a save is told why", async () => {
      const path = scratchPath();
      const { browser, store } = over(path);
      await browser.start({ a: 1 });
      await store.close?.();
      chmodSync(path, 0o400);
      const { session } = await browser.begin();
      expect(session.data).toEqual({ a: 1 });
      session.data["a"] = 2;
      await down(session.save(), /read-only/);
    });

  test("is deleted while it runs is an empty store: signed out, and able to sign in again", async () => {
    const path = scratchPath();
    const { browser } = over(path);
    await browser.start({ a: 1 });
    const slow = await browser.begin();
    for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
    // A write looks each 20 ms.
    await new Promise((resolve) => setTimeout(resolve, 25));
    slow.session.data["a"] = 2;
    await expect(slow.session.save()).rejects.toMatchObject({ code: "ERR_GONE" });
    await browser.visit((session) => expect(session.isNew).toBe(true));
    await browser.start({ b: 2 });
    expect(existsSync(path)).toBe(true);
    expect(await browser.data()).toEqual({ b: 2 });
  });

  test("holds a record that was tampered with gives a fresh session, or an error if asked", async () => {
    const path = scratchPath();
    const { browser } = over(path);
    const id = await browser.start({ a: 1 });
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    const [table] = other.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as Array<{
      name: string;
    }>;
    expect(table?.name).toBeTruthy();
    for (const value of ["", "{}", "null", '{"data":', '{"data":[]}', '{"data":"text"}', "\0"]) {
      other.prepare(`UPDATE ${table?.name} SET value = ?`).run(value);
      await browser.visit((session) => {
        expect([value, session.isNew]).toEqual([value, true]);
        expect(session.id).not.toBe(id);
      });
    }
  });
});
