// What is on this machine, and what can be put there: for the browser and the servers that the tests need.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

type Say = (line: string) => void;

/** Whether there is a program at this path that may be run. A directory may be "executed" as well. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The path of the first of these programs that is on PATH, or else in one of the folders. */
export function findProgram(names: readonly string[], folders: readonly string[] = []): string | undefined {
  const places = [...(process.env["PATH"] ?? "").split(delimiter).filter(Boolean), ...folders];
  return names.flatMap((name) => places.map((folder) => join(folder, name))).find(isExecutable);
}

/** Installs packages of Debian's, where that can be done: as root, with apt-get. Says what went wrong. */
export function installPackages(packages: readonly string[], say: Say): void {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  say(`Installing ${packages.join(", ")} with apt-get.`);
  for (const args of [["update"], ["install", "--yes", "--no-install-recommends", ...packages]]) {
    // Packages must not start servers of their own: the tests start theirs, on ports that they choose.
    const failure = run("apt-get", args, 480_000, { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" });
    if (failure) say(failure);
  }
}

/** Runs a command to its end; undefined if it went well, else what to say about it. */
export function run(
  command: string,
  args: readonly string[],
  timeout: number,
  env: Readonly<Record<string, string>> = {},
): string | undefined {
  const { status, error } = spawnSync(command, args, {
    stdio: ["ignore", "inherit", "inherit"],
    timeout,
    env: { ...process.env, ...env },
  });
  if (status === 0) return undefined;
  return `${command} ${args.join(" ")}: ${error?.message ?? `ended with ${status}`}`;
}
