import { chmodSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { SessionError, StoreUnavailableError } from "../errors.ts";
import { createSessions } from "../sessions.ts";
import { scratchPath } from "../stores/sqlite/scratch.testing.ts";
import { sqliteStore } from "../stores/sqlite.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { Browser, SECRET } from "./kinds.testing.ts";

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
