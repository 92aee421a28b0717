/** The ways to write a record. Each enters it into its subject's index before it is there, and only where need be. */
import type { Connection } from "./connection.ts";
import { LAYOUT, readVersion } from "./record.ts";
import { SAVE } from "./scripts.ts";

/** What is to be written. */
export interface Write {
  /** The Redis key. */
  readonly name: string;
  /** The record as Redis keeps it, and the token in it. */
  readonly text: string;
  readonly token: string;
  /** Milliseconds; empty for ever. */
  readonly lifetime: string;
  readonly subject: string | undefined;
  /** Enters it into the index of its subject, if it has one. */
  enter(): Promise<void> | undefined;
  /** Sees to it that it still is. */
  check(): void;
}

/** Writes over just that version: one round trip, unless it becomes another subject's. False if another is stored. */
export async function compareAndSet(
  connection: Connection,
  { name, text, lifetime, subject, enter, check }: Write,
  version: string,
): Promise<boolean> {
  const replaced = readVersion(version);
  if (replaced === undefined) return false;
  const save = (isEntered: boolean) =>
    connection.run(SAVE, [name], [version, text, lifetime, isEntered ? "" : "1"]);
  // Whoever wrote that version has entered it. Whether for long enough, the script sees.
  if (subject !== undefined && replaced.subject === subject) {
    const saved = await save(false);
    if (saved === "3") check();
    if (saved !== "2") return saved !== "0";
  }
  await enter();
  return (await save(true)) === "1";
}

/** Writes whatever is there, or only where nothing is or something. */
export async function put(
  connection: Connection,
  { name, text, token, lifetime, enter }: Write,
  when: "absent" | "present" | undefined,
): Promise<boolean> {
  const entered = enter();
  // Nobody has the cookie of a session that is not there yet, so if its entry alone fails nothing is missed.
  if (when !== "absent") await entered;
  const command = ["SET", name, text];
  if (lifetime !== "") command.push("PX", lifetime);
  if (when !== undefined) command.push(when === "absent" ? "NX" : "XX");
  const [written] = await Promise.all([connection.send(name, ...command), entered]);
  if (written !== null) return true;
  // The client may have sent it twice, for want of an answer to the first.
  const { token: start, subject: end } = LAYOUT;
  return (await connection.send(name, "GETRANGE", name, String(start), String(end - 1))) === token;
}
