import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, promises, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, type TestContext, vi } from "vitest";
import { StoreUnavailableError } from "../errors.ts";
import { record } from "../testing/contract/subject.ts";
import { Layout } from "./file/layout.ts";
import { fileStore } from "./file.ts";
import { scratchPath, startChildOf } from "./sqlite/scratch.testing.ts";
import type { SessionStore } from "./store.ts";

const isRoot = process.getuid?.() === 0;

function made(dir = scratchPath("sessions")) {
  return { dir, store: fileStore({ dir }) as Required<SessionStore>, layout: new Layout(dir) };
}

async function failureOf(act: Promise<unknown>): Promise<StoreUnavailableError> {
  const failure = await act.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreUnavailableError);
  return failure as StoreUnavailableError;
}

const systemError = (code: string, syscall: string) =>
  Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });

describe("fileStore when the disk fails in the middle of a save", () => {
  const FAILURES: ReadonlyArray<readonly [step: string, code: string, said: RegExp, spoil: () => void]> = [
    [
      "writing",
      "ENOSPC",
      /the disk is full\. Free some space; nothing was changed/,
      () => spoilHandle("writeFile", "ENOSPC"),
    ],
    ["flushing", "EIO", /the disk failed.*Check the disk/, () => spoilHandle("sync", "EIO")],
    ["writing over quota", "EDQUOT", /quota/, () => spoilHandle("writeFile", "EDQUOT")],
    ["opening", "EMFILE", /too many files open.*ulimit/, () => spoil("open", "EMFILE")],
    ["moving", "EXDEV", /a mount of its own.*one file system/, () => spoil("rename", "EXDEV")],
    ["making a folder", "EROFS", /read-only.*Set `dir`/, () => spoil("mkdir", "EROFS")],
  ];

  function spoil(method: "open" | "rename" | "mkdir", code: string): void {
    vi.spyOn(promises, method).mockRejectedValue(systemError(code, method));
  }

  function spoilHandle(method: "writeFile" | "sync", code: string): void {
    const open = promises.open;
    vi.spyOn(promises, "open").mockImplementation(async (...args) => {
      const handle = await open(...args);
      handle[method] = () => Promise.reject(systemError(code, method));
      return handle;
    });
  }

  it.each(FAILURES)(
    "while %s (%s) keeps the old session and leaves nothing behind",
    async (_, code, said, act) => {
      const { dir, store, layout } = made();
      const version = await store.set("k", record({ value: "old" }));
      act();
      onTestFinished(() => void vi.restoreAllMocks());
      const failure = await failureOf(store.set("k", record({ value: "new" }), { version: String(version) }));
      expect(failure.message).toMatch(/^file store \/.*sessions: /);
      expect(failure.message).toContain(dir);
      expect(failure.message).toMatch(said);
      expect(failure.cause).toMatchObject({ code });
      vi.restoreAllMocks();
      expect(await store.get("k")).toMatchObject({ value: "old", version });
      expect(readdirSync(layout.staging)).toEqual([]);
      expect(existsSync(layout.of("k").lock)).toBe(false);
      expect(await store.set("k", record({ value: "new" }), { version: String(version) })).toBeTypeOf(
        "string",
      );
    },
  );
});

describe("fileStore on a small disk", () => {
  /** A file system of its own for this test. */
  function mounted(context: TestContext, options: string): string {
    const dir = scratchPath("disk");
    mkdirSync(dir);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", dir], { stdio: "ignore" });
    } catch {
      context.skip("nothing can be mounted here");
    }
    onTestFinished(() => void execFileSync("umount", [dir]));
    return dir;
  }

  it.runIf(isRoot)("loses nothing when it fills up, and goes on once there is space", async (context) => {
    const { store, layout } = made(join(mounted(context, "size=512k"), "sessions"));
    const kept = new Map<string, string>();
    const fill = async (key: string, size: number) => {
      const value = `${key} ${"x".repeat(size)}`;
      const written = await store.set(key, record({ value })).then(
        () => true,
        (error) => error,
      );
      if (written === true) kept.set(key, value);
      return written;
    };
    let failure: unknown = true;
    for (let i = 0; failure === true; i++) failure = await fill(`k${i}`, 10_000);
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect((failure as Error).message).toMatch(/the disk is full/);
    // Over what is there, too big to fit: the old ones stay.
    for (const key of kept.keys())
      expect(await store.set(key, record({ value: "y".repeat(200_000) })).catch(() => "full")).toBe("full");
    for (const [key, value] of kept) expect((await store.get(key))?.value).toBe(value);
    expect(readdirSync(layout.staging)).toEqual([]);

    expect(await store.delete("k0")).toBe(true);
    expect(await fill("again", 5000)).toBe(true);
  });

  it.runIf(isRoot)("removes sessions where there is no room for anything new", async (context) => {
    const dir = mounted(context, "size=1m,nr_inodes=250");
    const { store, layout } = made(join(dir, "sessions"));
    for (const key of ["out", "one", "two", "live"]) {
      await store.set(key, record({ subject: key === "live" ? "live" : "ada" }));
    }
    let expired = 0;
    const sign = (key: string) => store.set(key, record({ subject: `of ${key}`, expiresAt: 1 }));
    while ((await sign(`e${expired}`).catch(() => "full")) !== "full") expired++;
    let fillers = 0;
    const fill = () => {
      for (;;) {
        try {
          writeFileSync(join(dir, `filler${fillers++}`), "");
        } catch {
          return expect(() => mkdirSync(join(dir, "more"))).toThrow("ENOSPC");
        }
      }
    };

    fill();
    expect(await store.delete("out")).toBe(true);
    expect(await store.delete("out")).toBe(false);
    fill();
    for await (const { key } of store.list("ada")) {
      expect(await store.delete(key)).toBe(true);
      fill();
    }
    for (const key of ["out", "one", "two"]) expect(await store.get(key)).toBeUndefined();
    expect(await store.prune(2, 1000)).toBe(expired);
    expect(expired).toBeGreaterThan(5);
    expect(await store.get("live")).toBeDefined();
    expect(readdirSync(layout.staging)).toEqual([]);
    expect(await store.set("again", record())).toBeTypeOf("string");
  });
});

describe("fileStore where it must not write", () => {
  const nobody = (dir: string) =>
    startChildOf(new URL("./file/child.testing.ts", import.meta.url), "nobody", dir);
  const refused = [
    "ERR_STORE_UNAVAILABLE",
    expect.stringMatching(/permission denied\. Give this process's user/),
    "EACCES",
  ];

  // Root ignores file modes, so a child that has become nobody tries.
  it.runIf(isRoot)("reports files that it may not even read", async () => {
    const { dir, store } = made();
    await store.set("k", record({ subject: "somebody" }));
    expect(await nobody(dir).next()).toEqual({
      get: refused,
      list: refused,
      set: refused,
      touch: refused,
      delete: refused,
      lock: refused,
    });
  });

  it.runIf(isRoot)("reads what it may only read", async () => {
    const { dir, store, layout } = made();
    await store.set("k", record({ value: "readable", subject: "somebody" }));
    const entry = layout.entry("somebody", layout.of("k").name);
    // An entry of no session: tidying it up fails, the list does not.
    writeFileSync(layout.entry("somebody", "0".repeat(64)), "");
    for (const file of [layout.of("k").record, entry]) chmodSync(file, 0o644);
    for (const from of [layout.of("k").folder, layout.subject("somebody"), layout.staging]) {
      for (let folder = from; folder.length >= dir.length; folder = dirname(folder)) chmodSync(folder, 0o755);
    }
    expect(await nobody(dir).next()).toEqual({
      get: "readable",
      list: ["k"],
      set: refused,
      touch: refused,
      delete: refused,
      lock: refused,
    });
  });

  it("says so where no directory can be made, which Node would try forever", async () => {
    const { store } = made("/proc/none/such/sessions");
    const failure = await failureOf(store.set("k", record()));
    expect(failure.message).toMatch(/not there and cannot be made.*Set `dir`/);
  });

  it("says so when a part of the path is a file", async () => {
    const file = scratchPath("file");
    writeFileSync(file, "");
    const { store } = made(join(file, "sessions"));
    for (const act of [
      () => store.get("k"),
      () => store.set("k", record()),
      () => store.touch("k", 1, null),
      () => store.delete("k"),
      () => store.lock("k", { wait: 0, lease: 1 }),
      () => store.prune(0, 1),
    ]) {
      expect((await failureOf(act())).message).toMatch(/a part of the path is a file, not a directory/);
    }
  });

  it("starts afresh when its directory is deleted while it runs", async () => {
    const { dir, store } = made();
    await store.set("k", record());
    await promises.rm(dir, { recursive: true });
    expect(await store.get("k")).toBeUndefined();
    expect(await store.set("k", record(), "present")).toBe(false);
    expect(await store.set("k", record(), "absent")).toBeTypeOf("string");
    expect(await store.get("k")).toBeDefined();
  });
});
