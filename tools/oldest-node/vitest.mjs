// Vitest on the oldest Node.js that package.json's `engines` allow, which it installs at first use:
// node tools/oldest-node/vitest.mjs run --project unit lib/stores/sqlite
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const manifestIn = (folder) => JSON.parse(readFileSync(`${folder}package.json`, "utf8"));

const asked = manifestIn(root).engines.node;
const given = manifestIn(here).dependencies.node;
if (!`${given}.`.startsWith(`${asked.replace(">=", "")}.`)) {
  throw new Error(
    `engines.node is ${asked}, so tools/oldest-node/package.json must ask for that, not for ${given}.`,
  );
}

const binary = `${here}node_modules/node/bin/node`;
const hasIt = () => spawnSync(binary, ["--version"], { encoding: "utf8" }).stdout?.trim() === `v${given}`;
if (!hasIt()) {
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--prefix", here], {
    stdio: "inherit",
  });
  if (status !== 0 || !hasIt())
    throw new Error(`Node ${given} could not be installed: see npm's message above.`);
}

const { status } = spawnSync(binary, [`${root}node_modules/vitest/vitest.mjs`, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  // The tests start processes of their own from TypeScript files, which newer versions read unasked.
  env: { ...process.env, NODE_OPTIONS: "--experimental-strip-types --no-warnings" },
});
process.exitCode = status ?? 1;
