// npm test: everything that can be checked, one step after the other, each in one line when it is well.
// Stops at nothing, so that one run tells all; the last line counts: "N passed, N failed".
//   TEST_STRICT=1 npm test     a test that is skipped counts as failed
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countPlaywright, countVitest } from "./counting.mjs";

const reports = mkdtempSync(join(tmpdir(), "next-beaker-test-"));
const unitReport = join(reports, "unit.json");
const oldestReport = join(reports, "oldest.json");
const serversReport = join(reports, "servers.json");
const playwrightReport = join(reports, "playwright.json");

const strict = Boolean(process.env.TEST_STRICT);

/** What a test may be skipped for: it becomes another user, fills a disk up, or has a file that nobody can write. */
const NEEDED =
  "root, and the rights to mount (CAP_SYS_ADMIN) and to make a file immutable (CAP_LINUX_IMMUTABLE)";

/** Files with these in their paths. */
const HANGS_ON_NODE = [
  "stores/sqlite",
  "stores/file.test",
  "lib/seal",
  "lib/cookie",
  "lib/next",
  "sessions.test",
  "session.save",
];

/** In this order. A step counts as one test, unless it leaves a report to count from. */
const STEPS = [
  { name: "build the library", command: ["tsdown", "--log-level", "warn"] },
  { name: "size of what is published", command: ["size-limit", "--silent"] },
  { name: "lint", command: ["biome", "check", "."] },
  { name: "types of the library", command: ["tsc", "-p", "lib"] },
  { name: "types of the browser tests", command: ["tsc", "-p", "e2e"] },
  { name: "types of the bench, as far as it needs no peers", command: ["tsc", "-p", "bench"] },
  {
    name: "unit, property and snippet tests",
    command: vitest("unit", unitReport),
    count: () => countVitest(read(unitReport), strict),
  },
  {
    name: "tests of what hangs on Node, on the oldest that is supported",
    command: [
      "node",
      "tools/oldest-node/vitest.mjs",
      ...vitest("unit", oldestReport).slice(1),
      ...HANGS_ON_NODE,
    ],
    count: () => countVitest(read(oldestReport), strict),
  },
  { name: "Redis, Postgres and PgBouncer", command: ["node", "tools/servers/programs.ts"] },
  {
    name: "tests against real servers",
    command: vitest("servers", serversReport),
    count: () => countVitest(read(serversReport), strict),
  },
  { name: "torture of every store, in miniature", command: ["node", "torture/run.ts", "--quick"] },
  { name: "a browser", command: ["node", "tools/ensure-browser.mjs"] },
  { name: "build the demo and the apps for the browser tests", command: ["node", "e2e/support/build.ts"] },
  {
    name: "browser tests",
    command: ["playwright", "test", "--reporter=dot,json"],
    environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
    count: () => countPlaywright(read(playwrightReport)),
  },
];

function vitest(project, report) {
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
  return ["vitest", "run", "--project", project, ...reporters];
}

function read(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

function run({ command: [program, ...args], environment }) {
  return new Promise((resolve) => {
    // npm has put node_modules/.bin in front of PATH: the project's own Node and tools.
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, ...environment },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ code: 1, output: String(error) }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

let passed = 0;
let failed = 0;
const skipped = new Set();
for (const step of STEPS) {
  const started = performance.now();
  const { code, output } = await run(step);
  let counted = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] };
  try {
    if (step.count) counted = step.count();
  } catch {
    // No report: it ended before it ran any test.
    counted = { passed: 0, failed: 1, skipped: [] };
  }
  if (code !== 0 && counted.failed === 0) counted.failed = 1;
  passed += counted.passed;
  failed += counted.failed;
  for (const name of counted.skipped) skipped.add(name);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const skips = counted.skipped.length > 0 ? `, ${counted.skipped.length} skipped` : "";
  const figures = step.count ? `, ${counted.passed} passed, ${counted.failed} failed${skips}` : "";
  console.log(`${counted.failed === 0 ? "ok    " : "FAILED"} ${step.name} (${seconds} s${figures})`);
  if (counted.failed > 0) console.log(output.trimEnd());
}
rmSync(reports, { recursive: true, force: true });
if (skipped.size > 0) {
  console.log(`Skipped${strict ? ", and counted as failed" : ""}, for want of ${NEEDED}:`);
  for (const name of skipped) console.log(`  ${name}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
