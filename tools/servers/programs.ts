// Finds the servers that the tests run against, and installs what is missing:
//   node tools/servers/programs.ts          prints where each one is
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findProgram, installPackages } from "../machine.ts";

const POSTGRES = "/usr/lib/postgresql";

/** A server's program. */
export type Program = "redis-server" | "postgres" | "initdb" | "pgbouncer";

/** Each program, the package it comes in, and where else than on PATH it may be. */
const PROGRAMS: Readonly<Record<Program, { package: string; folders: () => string[] }>> = {
  "redis-server": { package: "redis-server", folders: () => ["/usr/bin", "/usr/local/bin"] },
  postgres: { package: "postgresql", folders: postgresFolders },
  initdb: { package: "postgresql", folders: postgresFolders },
  pgbouncer: { package: "pgbouncer", folders: () => ["/usr/sbin"] },
};

/**
 * The path of a program that is there.
 *
 * @throws {Error} that says how to get it.
 */
export function programPath(program: Program): string {
  const found = find(program);
  if (found) return found;
  throw new Error(
    `${program} is not on this machine, and the tests run against a real one. ` +
      `Install it (apt-get install ${PROGRAMS[program].package}) or put it on PATH; ` +
      "as root on Debian, `node tools/servers/programs.ts` does that.",
  );
}

/** Installs what is missing, where that can be done. */
export function ensurePrograms(say: (line: string) => void = console.error): void {
  const missing = (Object.keys(PROGRAMS) as Program[]).filter((program) => !find(program));
  if (missing.length === 0) return;
  installPackages([...new Set(missing.map((program) => PROGRAMS[program].package))], say);
  for (const program of missing) programPath(program);
}

function find(program: Program): string | undefined {
  return findProgram([program], PROGRAMS[program].folders());
}

/** Debian keeps the server's programs of each major off PATH. The newest first. */
function postgresFolders(): string[] {
  if (!existsSync(POSTGRES)) return [];
  const majors = readdirSync(POSTGRES).sort((a, b) => Number(b) - Number(a));
  return majors.map((major) => join(POSTGRES, major, "bin"));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    ensurePrograms();
    for (const program of Object.keys(PROGRAMS) as Program[]) console.log(programPath(program));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
