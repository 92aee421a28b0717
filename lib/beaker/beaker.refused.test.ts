import { describe, expect, test } from "vitest";
import type { SessionOptions } from "../options/options.ts";
import { CookieSession } from "../session/cookie-session.ts";
import { SECRET } from "../session/kinds.testing.ts";
import { Session } from "../session/session.ts";
import { createSessions } from "../sessions.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";

const refused = (option: string) => expect.objectContaining({ code: "ERR_CONFIG", option });

/** Whoever is given options refuses the same ones: `createSessions`, `new Session`, `new CookieSession`. */
const takers: [string, (options: object) => unknown][] = [
  ["createSessions", (options) => createSessions({ secret: SECRET, ...options } as SessionOptions)],
  ["Session", (options) => new Session(fakeCookies(), { secret: SECRET, ...options } as SessionOptions)],
  [
    "CookieSession",
    (options) => new CookieSession(fakeCookies(), { secret: SECRET, ...options } as SessionOptions),
  ],
];

describe.each(takers)("Beaker's options, refused by %s:", (_, take) => {
  test.each([
    ["timeout", [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "60", ""]],
    ["cookieExpires", [0, -1, "1", "0", "", new Date(Number.NaN)]],
    ["cookieDomain", ["", "http://example.com", "example.com; Secure"]],
    ["cookiePath", ["", "app", "/a;b"]],
    ["sameSite", ["bogus", "Lax", "none", null, ""]],
    ["secure", ["true", 1, null]],
    ["httpOnly", ["on", 0]],
    ["key", ["", "a b", "a;b", "__Host-x"]],
    ["serializer", ["pickle", "yaml", "", { dumps() {}, loads() {} }]],
    ["saveAccessedTime", ["no", 0]],
    ["invalidateCorrupt", ["yes", 1]],
    ["auto", ["y", 1]],
    ["useCookies", ["f", 0]],
    ["secret", ["", "short", []]],
  ])(
    "%s | given what Beaker took or tripped over: %j | then ConfigError naming the option",
    (option, values) => {
      for (const value of values)
        expect(() => take({ [option]: value }), String(value)).toThrow(refused(option));
    },
  );

  test("save_accessed_time | given false together with timeout | then ConfigError, as BeakerException there", () => {
    expect(() => take({ saveAccessedTime: false, timeout: 60 })).toThrow(refused("saveAccessedTime"));
  });

  test.each([
    ["cookie_expires", "cookieExpires"],
    ["save_accessed_time", "saveAccessedTime"],
    ["invalidate_corrupt", "invalidateCorrupt"],
    ["validate_key", "validateKey"],
    ["data_dir", "dataDir"],
    ["httponly", "httpOnly"],
    ["samesite", "sameSite"],
    ["session.key", undefined],
    ["beaker.session.timeout", undefined],
    ["data_serializer", undefined],
    ["namespace_class", undefined],
    ["namespace_args", undefined],
    ["crypto_type", undefined],
    ["encrypt_nonce_bits", undefined],
    ["lock_dir", undefined],
    ["session_class", undefined],
    ["environ_key", undefined],
    ["webtest_varname", undefined],
    ["log_file", undefined],
  ])(
    "%s | given Beaker's spelling, a prefix, or what has no counterpart | then ConfigError, never silence",
    (option, meant) => {
      const message = meant ? `Did you mean \`${meant}\`?` : `Unknown option \`${option}\``;
      expect(() => take({ [option]: "x" })).toThrow(message);
    },
  );
});
