/** For the tests of fileStore: a store in a directory of its own, and what is in there. */
import { readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { fileStore } from "../file.ts";
import { scratchPath } from "../sqlite/scratch.testing.ts";
import type { SessionStore } from "../store.ts";
import { Layout } from "./layout.ts";

/** A store with every method. */
export type FullStore = Required<SessionStore>;

/** A store that touches nothing before it is used. */
export function made(dir: string = scratchPath("sessions")): {
  dir: string;
  store: FullStore;
  layout: Layout;
} {
  return { dir, store: fileStore({ dir }) as FullStore, layout: new Layout(dir) };
}

/** Every file and directory below, with its mode. */
export function below(dir: string): Array<{ path: string; name: string; mode: string; isFile: boolean }> {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const mode = (statSync(path).mode & 0o777).toString(8);
    return { path, name: entry.name, mode, isFile: entry.isFile() };
  });
}

/** Every file below. */
export const filesBelow = (dir: string): ReturnType<typeof below> =>
  below(dir).filter(({ isFile }) => isFile);

/** The keys that a subject is listed with. */
export async function listed(store: FullStore, subject: string): Promise<string[]> {
  const keys = [];
  for await (const { key } of store.list(subject)) keys.push(key);
  return keys;
}

/** Makes it look as old as can be. */
export const age = (path: string): void => utimesSync(path, new Date(0), new Date(0));
