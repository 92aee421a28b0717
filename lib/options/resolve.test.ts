import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { ConfigError } from "../errors.ts";
import { SECRET } from "../session/kinds.testing.ts";
import { memoryStore } from "../stores/memory.ts";
import { resolveStore } from "./kind.ts";
import type { SessionOptions } from "./options.ts";
import { resolveOptions } from "./resolve.ts";

const resolve = (options: object) =>
  resolveOptions({ type: "cookie", secret: SECRET, ...options } as SessionOptions, resolveStore);

function refused(options: object): ConfigError {
  try {
    resolve(options);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error(`Accepted: ${JSON.stringify(options)}`);
}

const OPTIONS = [
  "type", "store", "dataDir", "key", "secret", "validateKey", "encryptKey", "timeout", "absoluteTimeout", "touchInterval",
  "cookieExpires", "cookieDomain", "cookiePath", "secure", "httpOnly", "sameSite", "partitioned", "priority", "cookieChunks",
  "saveAccessedTime", "auto", "invalidateCorrupt", "useCookies", "serializer", "schema", "version", "migrate", "subject",
  "maxPerSubject", "onLimit", "rotateEvery", "graceSeconds", "isRevoked", "onStoreError", "onEvent", "clock",
]; // biome-ignore format: a list
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe("an unknown option", () => {
  test.each(OPTIONS.filter((name) => snake(name) !== name))("in Python's spelling suggests %s", (name) => {
    const error = refused({ [snake(name)]: 1 });
    expect(error).toMatchObject({ code: "ERR_CONFIG", option: snake(name) });
    expect(error.message).toContain(`Did you mean \`${name}\`?`);
  });

  test.each([
    ["data_serializer", "serializer"],
    ["namespace_class", "store"],
    ["samesite", "sameSite"],
    ["httponly", "httpOnly"],
    ["tiemout", "timeout"],
    ["Secret", "secret"],
    ["cookieExpire", "cookieExpires"],
  ])("%s suggests %s", (given, meant) => {
    expect(refused({ [given]: 1 }).message).toContain(`Did you mean \`${meant}\`?`);
  });

  test.each(["colour", "lock_dir", "constructor", "toString", "hasOwnProperty", "__proto__x"])(
    "%s is like none, and all there are get listed",
    (name) => {
      const { message } = refused({ [name]: 1 });
      expect(message).toContain(`Unknown option \`${name}\``);
      for (const option of OPTIONS) expect(message).toContain(option);
    },
  );

  test.each([null, undefined, "secret", 5])("instead of all options is refused: %s", (options) => {
    expect(() => resolveOptions(options as never, resolveStore)).toThrow(ConfigError);
  });
});

describe("an option out of range is a ConfigError that names it", () => {
  const notSeconds = [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "60", true, 5n, new Date()];
  const notBoolean = ["true", 1, 0, null];
  const notFunction = [null, "x", {}, 1];
  const rows: Array<[string, unknown[], object?]> = [
    ["type", ["disk", "ext:redis", 1, null, ""]],
    ["store", [null, {}, "redis", { get() {}, set() {}, touch() {} }], { type: undefined }],
    ["dataDir", ["", 7, null], { type: "sqlite" }],
    [
      "key",
      [
        "",
        "a b",
        "a=b",
        "a;b",
        "a,b",
        "caf\u00e9",
        "a\n",
        "x".repeat(257),
        7,
        null,
        "__Host-x",
        "__secure-x",
        "__HOST-x",
      ],
    ],
    ["timeout", notSeconds],
    ["absoluteTimeout", notSeconds],
    ["touchInterval", [-1, Number.NaN, Number.POSITIVE_INFINITY, "1", true]],
    [
      "cookieExpires",
      [0, -5, Number.NaN, Number.POSITIVE_INFINITY, "1", "true", null, new Date(Number.NaN), {}],
    ],
    [
      "cookieDomain",
      [
        "",
        "https://example.com",
        "example.com:80",
        "a b",
        "a;b",
        "exa_mple.com",
        "example.com\n",
        ".",
        "..",
        null,
        7,
      ],
    ],
    ["cookiePath", ["", "app", "/a;b", "/a\n", "/\u00e9", "/\0", null, 7]],
    ["secure", notBoolean],
    ["httpOnly", notBoolean],
    ["sameSite", ["Lax", "LAX", true, null, "", "none"]],
    ["partitioned", [...notBoolean, true]],
    ["priority", ["High", 1, null, ""]],
    ["cookieChunks", [0, 5, 1.5, "2", null, -1]],
    ["saveAccessedTime", notBoolean],
    ["invalidateCorrupt", notBoolean],
    ["auto", notBoolean],
    ["useCookies", [...notBoolean, false]],
    ["serializer", ["pickle", "JSON", 5, null, {}, { serialize() {} }, { serialize: 1, parse: 2 }, () => {}]],
    ["schema", [null, {}, "zod", { "~standard": {} }, () => {}]],
    ["version", [-1, 1.5, Number.NaN, "1", 2 ** 53]],
    ["migrate", notFunction, { version: 1 }],
    ["subject", notFunction],
    ["isRevoked", notFunction],
    ["onStoreError", ["ignore", true, null]],
    ["onEvent", notFunction],
    ["clock", notFunction],
    ["rotateEvery", [...notSeconds, 60]],
    ["graceSeconds", [5], {}],
    ["maxPerSubject", [1], {}],
    ["onLimit", ["reject"], {}],
    ["validateKey", [SECRET]],
    ["encryptKey", [SECRET]],
    ["secret", ["", "short", 7, {}, [], [""], [SECRET, "short"], ["x".repeat(31)]]],
  ];

  test.each(rows.flatMap(([option, values, more]) => values.map((value) => ({ option, value, more }))))(
    "$option: $value",
    ({ option, value, more }) => {
      // null means "none" for the two limits, and is what `seconds` says for them.
      const error = refused({ ...more, [option]: value });
      expect(error.option).toBe(option);
      expect(error.message).toContain(option === "key" ? "cookie" : option);
      expect(error.name).toBe("ConfigError");
    },
  );

  test.each([
    ["the same site of `none` without secure", { sameSite: "none", secure: false }, "sameSite"],
    ["`__Host-` with a domain", { key: "__Host-x", secure: true, cookieDomain: "example.com" }, "key"],
    ["`__Host-` with a path", { key: "__Host-x", secure: true, cookiePath: "/app" }, "key"],
    ["timeout without the access time", { timeout: 5, saveAccessedTime: false }, "saveAccessedTime"],
    ["touchInterval over timeout", { timeout: 5, touchInterval: 6 }, "touchInterval"],
    ["migrate without version", { migrate: (old: object) => old }, "migrate"],
    ["type with store", { type: "memory", store: memoryStore() }, "type"],
    ["dataDir with store", { type: undefined, store: memoryStore(), dataDir: "x" }, "dataDir"],
    ["dataDir with memory", { type: "memory", dataDir: "x" }, "dataDir"],
    ["dataDir with cookie", { dataDir: "x" }, "dataDir"],
    ["sqlite without dataDir", { type: "sqlite" }, "dataDir"],
    [
      "a grace as long as the time between two rotations",
      { type: "memory", rotateEvery: 10, graceSeconds: 10 },
      "graceSeconds",
    ],
    ["a grace without rotation", { type: "memory", graceSeconds: 10 }, "graceSeconds"],
  ])("%s", (_, options, option) => {
    expect(refused(options).option).toBe(option);
  });

  const subject = () => "ada";
  const { list: _, ...listless } = memoryStore();
  const { lock: __, ...lockless } = memoryStore();
  test.each([
    ["a subject whose sessions the store cannot list", { store: listless, subject }, "subject", "list()"],
    [
      "a limit on a store without locks",
      { store: lockless, subject, maxPerSubject: 2 },
      "maxPerSubject",
      "lock()",
    ],
    ["a limit on cookie sessions", { type: "cookie", subject, maxPerSubject: 2 }, "maxPerSubject", "store"],
    ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "2", true].map(
      (max) =>
        [
          `a limit of ${max}`,
          { store: memoryStore(), subject, maxPerSubject: max },
          "maxPerSubject",
          "1",
        ] as const,
    ),
    ["an onLimit of its own", { store: memoryStore(), subject, onLimit: "ask" }, "onLimit", "revoke-oldest"],
  ] as const)("%s", (_, options, option, says) => {
    const error = refused({ type: undefined, ...options });
    expect(error.option).toBe(option);
    expect(error.message).toContain(says);
  });

  test("and never shows a secret", () => {
    for (const options of [
      { secret: "hunter2" },
      { secret: [SECRET, "hunter2"] },
      { secret: undefined, validateKey: "hunter2" },
    ]) {
      expect(refused(options).message).not.toContain("hunter2");
    }
  });
});

describe("what is accepted", () => {
  test("has these defaults", () => {
    expect(resolve({})).toMatchObject({
      store: undefined,
      cookieName: "beaker.session.id",
      cookie: {
        domain: undefined,
        path: "/",
        secure: false,
        httpOnly: true,
        sameSite: "lax",
        partitioned: false,
        priority: undefined,
      },
      cookieExpires: true,
      cookieChunks: 1,
      limits: { timeout: null, absoluteTimeout: null, touchInterval: 60_000 },
      saveAccessedTime: true,
      invalidateCorrupt: true,
      version: 0,
      onStoreError: "throw",
    });
  });

  test.each([
    [{ timeout: 1800 }, 60],
    [{ timeout: 30 }, 3],
    [{ timeout: 0.5 }, 0.05],
    [{ timeout: 1800, touchInterval: 0 }, 0],
    [{ timeout: 1800, touchInterval: 1800 }, 1800],
    [{ timeout: null }, 60],
  ])("%j has a touchInterval of %d s", (options, touchInterval) => {
    expect(resolve(options).limits.touchInterval).toBe(touchInterval * 1000);
  });

  test.each([
    [{ secure: true }, "__Host-beaker.session.id"],
    [{ secure: true, cookiePath: "/app" }, "beaker.session.id"],
    [{ secure: true, cookieDomain: "example.com" }, "beaker.session.id"],
    [{ secure: false }, "beaker.session.id"],
    [{ secure: true, key: "sid" }, "sid"],
    [{ secure: true, key: "__Secure-sid", cookieDomain: ".example.com" }, "__Secure-sid"],
  ])("%j is sent under the name %s", (options, name) => {
    expect(resolve(options).cookieName).toBe(name);
  });

  test("given as undefined is as good as not given, but for the keys of which each is a wish", () => {
    const others = OPTIONS.filter((name) => name !== "encryptKey" && name !== "validateKey");
    const nothing = Object.fromEntries(others.map((name) => [name, undefined]));
    expect(() => resolve({ ...nothing, type: "cookie", secret: SECRET })).not.toThrow();
  });

  test("rounds the clock to whole milliseconds", () => {
    expect(resolve({ clock: () => 1.9 }).now()).toBe(1);
  });

  describe("in production", () => {
    beforeEach(() => void vi.stubEnv("NODE_ENV", "production"));
    afterEach(() => void vi.unstubAllEnvs());

    test("is secure, under the `__Host-` name", () => {
      const { cookie, cookieName } = resolve({});
      expect([cookie.secure, cookieName]).toEqual([true, "__Host-beaker.session.id"]);
    });

    test("warns once that sessions are kept in memory, unless that was asked for", () => {
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
      onTestFinished(() => warn.mockRestore());
      resolve({ type: "memory" });
      expect(warn).not.toHaveBeenCalled();
      resolve({ type: undefined });
      resolve({ type: undefined });
      expect(warn).toHaveBeenCalledOnce();
      expect(warn.mock.calls[0]?.[0]).toContain("lost at a restart");
    });
  });

  test("with dataDir alone is SQLite in that directory", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "next-beaker-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const { store } = resolve({ type: undefined, dataDir });
    expect(store?.name).toBe("sqlite");
    await store?.close?.();
  });
});

describe("the secret", () => {
  afterEach(() => void vi.unstubAllEnvs());

  test("is SESSION_SECRET where none is given", () => {
    vi.stubEnv("SESSION_SECRET", SECRET);
    expect(() => resolve({ secret: undefined })).not.toThrow();
  });

  test("of 32 bytes is enough, however many characters that are", () => {
    expect(() => resolve({ secret: "x".repeat(32) })).not.toThrow();
    expect(() => resolve({ secret: "\u{1f36a}".repeat(8) })).not.toThrow();
    expect(() => resolve({ secret: "\u{1f36a}".repeat(7) })).toThrow(ConfigError);
  });

  test.each([
    ["missing", undefined, undefined, /SESSION_SECRET=(\S+)$/],
    ["empty in the environment", undefined, "", /SESSION_SECRET=(\S+)$/],
    ["short", "short", undefined, /fresh one: (\S+)$/],
    ["short in the environment", undefined, "short", /fresh one: (\S+)$/],
  ])("%s prints a fresh one that works when pasted, another each time", (_, secret, env, pattern) => {
    vi.stubEnv("SESSION_SECRET", env);
    const fresh = [1, 2].map(() => pattern.exec(refused({ secret }).message)?.[1] ?? "");
    expect(fresh[0]).not.toBe(fresh[1]);
    expect(Buffer.from(fresh[0]!, "base64url")).toHaveLength(32);
    expect(() => resolve({ secret: fresh[0] })).not.toThrow();
    vi.stubEnv("SESSION_SECRET", fresh[1]);
    expect(() => resolve({ secret: undefined })).not.toThrow();
  });
});
