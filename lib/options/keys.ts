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
  const encrypting = secrets("encryptKey", options);
  const signing = secrets("validateKey", options);
  if (encrypting?.length === 0 || signing?.length === 0) return keysAtRunTime();
  if (signing) {
    if (options.secret !== undefined) {
      throw new ConfigError(
        "validateKey",
        "Give either `secret`, or `validateKey` (and `encryptKey`), not both.",
      );
    }
    if (kind === "cookie") {
      return {
        // Sealing authenticates as well: with both, so that neither alone makes a cookie, and changing either ends it.
        ring: createKeyRing(encrypting ? pairs(encrypting, signing) : signing),
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
  const secret = present(options.secret).length > 0 ? options.secret : defaultSecret();
  if (secret === undefined) {
    if (isBuilding()) return keysAtRunTime();
    throw missingSecret();
  }
  return {
    ring: createKeyRing(checked("secret", present(secret))),
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

/**
 * The entries of a key option; undefined where it was left out. One that was given and has no value is most likely an
 * environment variable that is missing: to go on without encryption would be the worst answer.
 */
function secrets(option: "encryptKey" | "validateKey", options: object): string[] | undefined {
  if (!Object.hasOwn(options, option)) return undefined;
  const list = present((options as Record<string, unknown>)[option]);
  if (list.length > 0) return checked(option, list);
  if (isBuilding()) return [];
  throw new ConfigError(
    option,
    `${option} is given, and has no value: is its environment variable set? Leave the option out to go without.`,
  );
}

function present(value: unknown): unknown[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => item !== undefined);
}

/** Every two of them, newest first. */
function pairs(encrypting: readonly string[], signing: readonly string[]): string[] {
  return encrypting.flatMap((one) => signing.map((other) => JSON.stringify([one, other])));
}

function checked(option: string, list: unknown[]): string[] {
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
  return list as string[];
}
