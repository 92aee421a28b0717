import { createHash } from "node:crypto";
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Next's command, to be run by this same Node. */
export const next = createRequire(import.meta.url).resolve("next/dist/bin/next");

/** A Next app that is put together from `fixtures/`, or the demo where it stands. */
export interface AppSource {
  /** Folder in `fixtures/`; undefined: the repository itself, which is the demo. */
  readonly template?: string;
  /** Which of `fixtures/entries/` becomes the app's `middleware.ts` or `proxy.ts`. */
  readonly entry?: string;
  readonly cacheComponents?: boolean;
}

/** The demo, and one app for each runtime that a guard can run on, with Cache Components on and off. */
export const APPS = {
  demo: {},
  edge: { template: "sessions", entry: "middleware.edge.ts" },
  node: { template: "sessions", entry: "middleware.node.ts" },
  proxy: { template: "sessions", entry: "proxy.ts" },
  "edge-cache": { template: "sessions", entry: "middleware.edge.ts", cacheComponents: true },
  "proxy-cache": { template: "sessions", entry: "proxy.ts", cacheComponents: true },
} as const satisfies Record<string, AppSource>;

export type AppName = keyof typeof APPS;
export const APP_NAMES = Object.keys(APPS) as AppName[];

/** Not in {@link APPS}, because its build must fail. */
export const USE_CACHE: AppSource = { template: "use-cache", cacheComponents: true };

export function folderOf(name: string, { template }: AppSource): string {
  return template ? join(root, "e2e/.apps", name) : root;
}

/** Sources only: `.next` and what else Next has put there goes. */
export function assemble(name: string, source: AppSource): string {
  const folder = folderOf(name, source);
  if (!source.template) return folder;
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, "e2e/fixtures", source.template), folder, { recursive: true });
  if (source.entry) {
    const file = source.entry.replace(/\.(edge|node)\.ts$/, ".ts");
    cpSync(join(root, "e2e/fixtures/entries", source.entry), join(folder, file));
  }
  return folder;
}

/** Changes with anything that the app's build is made from. */
export function fingerprintOf(source: AppSource): string {
  const hash = createHash("sha256").update(JSON.stringify(source));
  const sources = source.template
    ? [`e2e/fixtures/${source.template}/**/*`, "e2e/fixtures/entries/*"]
    : ["app/**/*", "middleware.ts", "next.config.mjs", "tsconfig.json"];
  const files = globSync(["dist/**/*.js", "package-lock.json", ...sources], {
    cwd: root,
    withFileTypes: true,
  });
  for (const path of files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(relative(root, path)).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

const STAMP = ".next/next-beaker-e2e";

export function isBuilt(name: string, source: AppSource): boolean {
  try {
    return readFileSync(join(folderOf(name, source), STAMP), "utf8") === fingerprintOf(source);
  } catch {
    return false;
  }
}

export function markBuilt(name: string, source: AppSource, fingerprint: string): void {
  writeFileSync(join(folderOf(name, source), STAMP), fingerprint);
}
