// Builds the apps that the browser tests run against, one after the other, those that are not built yet:
//   node e2e/support/build.ts [name …]
import { spawn } from "node:child_process";
import {
  APP_NAMES,
  APPS,
  type AppName,
  type AppSource,
  assemble,
  fingerprintOf,
  isBuilt,
  markBuilt,
  next,
} from "./apps.ts";

/** What every app of ours is built and run with. Fixed, so that a test can make cookies that the app accepts. */
export const SECRET = "only for tests: not a secret at all, but long enough";

/** Runs `next build`; gives its exit code and all that it said. */
export function nextBuild(name: string, source: AppSource): Promise<{ code: number; output: string }> {
  const folder = assemble(name, source);
  const child = spawn(process.execPath, [next, "build"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      SESSION_SECRET: SECRET,
      CACHE_COMPONENTS: String(source.cacheComponents ?? false),
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Does nothing where what is there was built from the same library and sources. False: it could not be built. */
async function ensureBuilt(name: AppName): Promise<boolean> {
  const source: AppSource = APPS[name];
  if (isBuilt(name, source)) return true;
  const fingerprint = fingerprintOf(source);
  const started = performance.now();
  const { code, output } = await nextBuild(name, source);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code === 0) markBuilt(name, source, fingerprint);
  console.log(
    code === 0 ? `built ${name} in ${seconds} s` : `${output}\nnext build of ${name} ended with ${code}`,
  );
  return code === 0;
}

/** Playwright's global setup: a run of `playwright test` alone builds what it needs. */
export default async function buildAll(): Promise<void> {
  const unbuilt: string[] = [];
  for (const name of APP_NAMES) if (!(await ensureBuilt(name))) unbuilt.push(name);
  // One that cannot be built fails its own tests and no others: the workers get this environment.
  process.env["UNBUILT_APPS"] = unbuilt.join(",");
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in APPS));
  if (unknown.length > 0)
    throw new Error(`no such app: ${unknown.join(", ")}; there are ${APP_NAMES.join(", ")}`);
  for (const name of APP_NAMES) {
    if (names.length > 0 && !names.includes(name)) continue;
    if (!(await ensureBuilt(name))) process.exitCode = 1;
  }
}
