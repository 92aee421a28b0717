import { digest, path } from "./builtins.ts";

const DIGITS = [..."0123456789abcdef"];
const LEASE = ".lease";
const LOCK = ".lock";

/**
 * Where everything lies. A name is the hash of what it stands for: no key, however hostile, leads anywhere else.
 *
 *     dir/3/f/3f0c…            a session
 *     dir/3/f/3f0c….lease      somebody holds its lock
 *     dir/3/f/3f0c….lock/      somebody is changing it just now
 *     dir/subjects/a/1/a1…/    a subject, with an empty file for each of its sessions
 *     dir/staging/             what is being written
 */
export class Layout {
  readonly dir: string;
  readonly staging: string;

  constructor(dir: string) {
    this.dir = dir;
    this.staging = path().join(dir, "staging");
  }

  /** The folders that hold sessions. */
  folders(): string[] {
    return DIGITS.flatMap((one) => DIGITS.map((two) => path().join(this.dir, one, two)));
  }

  /** A key's files. */
  of(key: string): Place {
    return this.named(digest(key));
  }

  /** The folder of a subject's sessions. */
  subject(subject: string): string {
    const name = digest(subject);
    return path().join(this.#fanOut(path().join(this.dir, "subjects"), name), name);
  }

  /** What tells that the session of this name is the subject's. */
  entry(subject: string, name: string): string {
    return path().join(this.subject(subject), name);
  }

  /** The files of the session of this name. */
  named(name: string): Place {
    return placeIn(this.#fanOut(this.dir, name), name);
  }

  #fanOut(root: string, name: string): string {
    return path().join(root, name.charAt(0), name.charAt(1));
  }
}

/** One session's files. */
export interface Place {
  readonly name: string;
  readonly folder: string;
  readonly record: string;
  readonly lease: string;
  readonly lock: string;
}

/** The files of one name in their folder. */
export function placeIn(folder: string, name: string): Place {
  const record = path().join(folder, name);
  return { name, folder, record, lease: record + LEASE, lock: record + LOCK };
}

/** What a file found in a folder of sessions is, and whose. */
export function kindOf(file: string): { kind: "record" | "lease" | "lock" | "other"; name: string } {
  const name = file.slice(0, 64);
  if (!/^[0-9a-f]{64}$/.test(name)) return { kind: "other", name };
  const suffix = file.slice(64);
  if (suffix === "") return { kind: "record", name };
  if (suffix === LEASE) return { kind: "lease", name };
  return { kind: suffix === LOCK ? "lock" : "other", name };
}
