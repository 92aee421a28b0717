import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { countVitest } from "./counting.mjs";

const modules = fileURLToPath(new URL("../node_modules", import.meta.url));

/** What Vitest itself reports of a file with these tests. */
function reportOf(tests: string) {
  const folder = mkdtempSync(join(tmpdir(), "next-beaker-counting-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  symlinkSync(modules, join(folder, "node_modules"));
  writeFileSync(join(folder, "a.test.js"), `import { describe, test } from "vitest";\n${tests}`);
  const report = join(folder, "report.json");
  const args = ["run", "--root", folder, "--reporter=json", `--outputFile.json=${report}`];
  spawnSync(process.execPath, [join(modules, "vitest/vitest.mjs"), ...args], { cwd: folder });
  return JSON.parse(readFileSync(report, "utf8"));
}

const SKIPPED = `
test("passes", () => {});
test.runIf(false)("needs root", () => {});
describe.skip("group", () => { test("inner", () => {}); });
test("gives up", (context) => context.skip("nothing can be mounted here"));
`;

test("a test that was skipped has neither passed nor failed, and is named", () => {
  const report = reportOf(SKIPPED);
  const skipped = ["needs root", "group inner", "gives up"];
  expect(countVitest(report)).toEqual({ passed: 1, failed: 0, skipped });
  expect(countVitest(report, true)).toEqual({ passed: 1, failed: 3, skipped });
});

test("a test that fails has failed, and so has a file that cannot be loaded", () => {
  const failing = `${SKIPPED}test("fails", () => { throw new Error("no"); });`;
  expect(countVitest(reportOf(failing))).toMatchObject({ passed: 1, failed: 1 });
  expect(countVitest(reportOf("nonsense;"))).toEqual({ passed: 0, failed: 1, skipped: [] });
});
