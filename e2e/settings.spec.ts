// What `npm run demo` is told by its environment.
import { spawnSync } from "node:child_process";
import { root } from "./support/apps.ts";
import { expect, test } from "./support/test.ts";

test("npm run demo refuses a setting that says nothing, with a sentence and before it builds", {
  tag: "@js",
}, () => {
  const SECRET = "a-short-one";
  for (const [name, value, said] of [
    ["PORT", "80000", /^PORT must be .*"80000"\.$/],
    ["PORT", "abc", /^PORT must be .*"abc"\.$/],
    ["SESSION_TIMEOUT", "abc", /^SESSION_TIMEOUT must be a number of seconds.*"abc"\.$/],
    ["SESSION_ABSOLUTE_TIMEOUT", "0", /^SESSION_ABSOLUTE_TIMEOUT must be a number of seconds.*"0"\.$/],
    ["SESSION_SECRET", SECRET, /^SESSION_SECRET must have at least 32 bytes, and has 11/],
    ["SESSION_STORE", "redis://", /^SESSION_STORE .*\.$/],
  ] as const) {
    const env = { ...process.env, [name]: value };
    const { status, stderr, stdout } = spawnSync(process.execPath, ["tools/demo.mjs"], {
      cwd: root,
      env,
      encoding: "utf8",
    });
    expect([status, stdout], `${name}=${value}`).toEqual([1, ""]);
    expect(stderr.trimEnd()).toMatch(said);
    expect(stderr.trimEnd()).not.toContain("\n");
    expect(stderr).not.toContain(SECRET);
  }
});
