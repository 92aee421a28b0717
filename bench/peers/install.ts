import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(folder, "node_modules/.installed");

/** Installs the peers where that has not been done for this lock file: nobody else needs them. */
export function installPeers(say: (line: string) => void): void {
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  if (installed() === lock) return;
  say("Installing the peers into bench/node_modules.");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error(`npm ci in ${folder} ended with ${status}.`);
  writeFileSync(stamp, lock);
}

/** Puts what was built where `npm install next-beaker` would: Next gets to see what an application has. */
export function installLibrary(): void {
  const target = join(folder, "node_modules/next-beaker");
  rmSync(target, { recursive: true, force: true });
  for (const name of ["dist", "package.json"]) {
    cpSync(join(folder, "..", name), join(target, name), { recursive: true });
  }
}

function installed(): string | undefined {
  try {
    return readFileSync(stamp, "utf8");
  } catch {
    return undefined;
  }
}
