import { randomBytes, toBase64url } from "#primitives";
import { ConfigError } from "../errors.ts";
import { createKeyRing, type KeyRing } from "../seal/key-ring.ts";
import { shown } from "./check.ts";

const MIN_SECRET_BYTES = 32;

/** How this configuration protects what leaves the process. */
export interface Keys {
  /** Seals cookie sessions, signs the cookies of store-backed ones. */
  readonly ring: KeyRing;
  /** Seals records at rest, where `encryptKey` asks for it. */
  readonly records: KeyRing | undefined;
  /** A cookie session that is signed only, so that its user can read it. */
  readonly readable: boolean;
}

/** Key rings from `secret`, or from Beaker's `validateKey` and `encryptKey`. */
export function resolveKeys(
  options: { secret?: unknown; validateKey?: unknown; encryptKey?: unknown },
  kind: "cookie" | "store",
): Keys {
  const encrypting = options.encryptKey === undefined ? undefined : secrets("encryptKey", options.encryptKey);
  if (options.validateKey !== undefined) {
    if (options.secret !== undefined) {
      throw new ConfigError(
        "validateKey",
        "Give either `secret`, or `validateKey` (and `encryptKey`), not both.",
      );
    }
    const signing = secrets("validateKey", options.validateKey);
    if (kind === "cookie") {
      return {
        ring: createKeyRing(encrypting ?? signing),
        records: undefined,
        readable: encrypting === undefined,
      };
    }
    return {
      ring: createKeyRing(signing),
      records: encrypting && createKeyRing(encrypting),
      readable: false,
    };
  }
  if (encrypting && kind === "cookie") {
    throw new ConfigError(
      "encryptKey",
      "A cookie session takes `secret` alone (encrypted), or `validateKey` with `encryptKey` as in Beaker.",
    );
  }
  const secret = options.secret ?? defaultSecret();
  if (secret === undefined) {
    if (isBuilding()) return keysAtRunTime();
    throw missingSecret();
  }
  return {
    ring: createKeyRing(secrets("secret", secret)),
    records: encrypting && createKeyRing(encrypting),
    readable: false,
  };
}

function defaultSecret(): string | undefined {
  return typeof process === "undefined" ? undefined : process.env["SESSION_SECRET"] || undefined;
}

/** `next build` evaluates the application, often on a machine that must not know the secret (Docker, CI). */
function isBuilding(): boolean {
  return typeof process !== "undefined" && process.env["NEXT_PHASE"] === "phase-production-build";
}

/** Nothing is signed while building; whoever tries is told what is missing. */
function keysAtRunTime(): Keys {
  return {
    get ring(): KeyRing {
      throw missingSecret();
    },
    records: undefined,
    readable: false,
  };
}

function missingSecret(): ConfigError {
  return new ConfigError(
    "secret",
    "No `secret`, and SESSION_SECRET is not set. Put this fresh one into .env.local, and another into production:\n" +
      `SESSION_SECRET=${toBase64url(randomBytes(32))}`,
  );
}

function secrets(option: string, value: unknown): string[] {
  const list = (Array.isArray(value) ? value : [value]).filter((item) => item !== undefined);
  if (list.length === 0)
    throw new ConfigError(option, `${option} has no entry; give at least one, newest first.`);
  for (const item of list) {
    const bytes = typeof item === "string" ? new TextEncoder().encode(item).length : 0;
    if (bytes < MIN_SECRET_BYTES) {
      const got = typeof item === "string" ? `${bytes} bytes` : shown(item);
      throw new ConfigError(
        option,
        `${option} must be at least ${MIN_SECRET_BYTES} bytes of random text; got ${got}. ` +
          `Here is a fresh one: ${toBase64url(randomBytes(32))}`,
      );
    }
  }
  return list;
}
