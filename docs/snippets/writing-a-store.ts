/** docs/writing-a-store.md: its store against the suite, as its readers run it; and with a mistake in it. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect } from "vitest";
import { root, workshop } from "../../tools/snippets.ts";
import type { Checks, Running } from "./checks.ts";

const PAGE = "docs/writing-a-store.md › ";

export const writingAStore: Checks = {
  [`${PAGE}A whole store › stores/table-store.ts`]: async ({ snippet }) => {
    const { createSessions } = await import("next-beaker");
    const { tableStore } = await import(/* @vite-ignore */ snippet.file);
    const { describePolicy, close } = createSessions({
      store: tableStore({ path: ":memory:" }),
      subject: ({ user }: { user?: string }) => user,
      maxPerSubject: 5,
    });
    expect(describePolicy().store).toBe("table");
    await close();
  },

  [`${PAGE}The contract suite › stores/table-store.spec.ts`]: async ({ snippet }) => {
    const { code, output } = await vitest(snippet.file);
    expect(code, output).toBe(0);
    expect(output).toMatch(/Tests\s+\d\d passed/);
  },

  [`${PAGE}The contract suite › stores/table-store.test.ts`]: async ({ snippet }) => {
    const { code, output } = await nodeTest(snippet.file);
    expect(code, failuresIn(output)).toBe(0);
    expect(output).toContain("ok 1 - tableStore keeps the store contract");
    for (const name of ["over a restart", "two processes that compare and set", "that was killed"]) {
      expect(output).toMatch(new RegExp(`\\bok \\d+ - .*${name}`));
    }
    expect(output).not.toMatch(/not ok|# SKIP/);
    await withMistake({ snippet });
  },

  [`${PAGE}The contract suite › stores/open-table-store.ts`]: async ({ snippet }) => {
    const { default: open } = await import(/* @vite-ignore */ snippet.file);
    expect(Object.keys(open(":memory:"))).toEqual(expect.arrayContaining(["get", "set", "touch", "delete"]));
  },
};

/** The last paragraph of the page. */
async function withMistake({ snippet }: Pick<Running, "snippet">): Promise<void> {
  const folder = mkdtempSync(join(workshop, "alone", "mistaken-"));
  try {
    cpSync(dirname(snippet.file), folder, { recursive: true });
    const store = join(folder, "table-store.ts");
    const sound = readFileSync(store, "utf8");
    const mistaken = sound.replace(" AND version = :was`, { ...row, was: when.version })", "`, row)");
    expect(mistaken).not.toBe(sound);
    writeFileSync(store, mistaken);
    const { code, output } = await nodeTest(join(folder, "table-store.test.ts"));
    expect(code).toBe(1);
    const failed = [...output.matchAll(/^ {4}not ok \d+ - (.+)$/gm)].map(([, name]) => name);
    const text = readFileSync(join(root, snippet.doc), "utf8");
    const [, name] = /several tests fail, among them `(.+)`/.exec(text) ?? [];
    expect(failed).toContain(name);
    expect(failed.length).toBeGreaterThan(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a report in TAP says of the tests that failed: all of it is too long to be printed whole. */
function failuresIn(report: string): string {
  return (report.match(/^ *not ok .+\n(?: *---\n(?:.*\n)*? *\.\.\.\n)?/gm) ?? [report]).join("");
}

function nodeTest(file: string) {
  return run(["--test-reporter=tap", "--test", file], dirname(file));
}

function vitest(file: string) {
  const program = join(root, "node_modules/vitest/vitest.mjs");
  return run([program, "run", "--root", dirname(file), basename(file)], dirname(file));
}

/** Node, without what this test runner tells its own processes. */
function run(args: readonly string[], cwd: string): Promise<{ code: number; output: string }> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_TEST|FORCE_COLOR|TEST$)/.test(name),
  );
  const env = { ...Object.fromEntries(own), NO_COLOR: "1" };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...args], { cwd, env, maxBuffer: 1e8 }, (_, out, err) =>
      resolve({ code: child.exitCode ?? 1, output: out + err }),
    );
  });
}
