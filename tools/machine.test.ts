import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findProgram, isExecutable, run } from "./machine.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "next-beaker-machine-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
  vi.unstubAllEnvs();
});

/** A program in a folder of its own; gives its path. */
function program(folder: string, name: string, mode = 0o755): string {
  const path = join(root, folder, name);
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(path, "#!/bin/sh\nexit 3\n");
  chmodSync(path, mode);
  return path;
}

test("a program is a file that may be run", () => {
  expect(isExecutable(program("a", "one"))).toBe(true);
  expect(isExecutable(program("a", "plain", 0o644))).toBe(false);
  expect(isExecutable(join(root, "a"))).toBe(false);
  expect(isExecutable(join(root, "none"))).toBe(false);
});

describe("a program is looked for", () => {
  const found = (names: string[]) => findProgram(names, [join(root, "more")])?.slice(root.length);

  test("on PATH first, then where else it may be; the first name before the second", () => {
    vi.stubEnv("PATH", [join(root, "none"), "", join(root, "path")].join(":"));
    program("more", "one");
    expect(found(["one", "two"])).toBe("/more/one");
    program("path", "two");
    expect(found(["one", "two"])).toBe("/more/one");
    program("path", "one");
    expect(found(["one", "two"])).toBe("/path/one");
    expect(found(["three"])).toBeUndefined();
  });

  test("not in the directory that one happens to be in, and without any PATH", () => {
    vi.stubEnv("PATH", ":");
    expect(findProgram(["tools/demo.mjs", "node"])).toBeUndefined();
    vi.stubEnv("PATH", undefined);
    program("more", "one");
    expect(found(["one"])).toBe("/more/one");
  });
});

test("a command that fails is told with what it was and how it ended", () => {
  expect(run("true", [], 1000)).toBeUndefined();
  expect(run(program("a", "one"), ["x", "y"], 1000)).toBe(`${root}/a/one x y: ended with 3`);
  expect(run(join(root, "none"), [], 1000)).toMatch(/none : .*ENOENT/);
  expect(run("sh", ["-c", 'test "$A" = b'], 1000, { A: "b" })).toBeUndefined();
});
