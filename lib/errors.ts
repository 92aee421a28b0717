/**
 * Every error that next-beaker throws. One base class with a `code`, one subclass a reason.
 * What Next.js itself throws is never wrapped in one of these.
 */

/** The `code` of a {@link SessionError}. */
export type SessionErrorCode =
  | "ERR_CONFIG"
  | "ERR_READONLY"
  | "ERR_COOKIE_TOO_LARGE"
  | "ERR_SERIALIZATION"
  | "ERR_CORRUPT"
  | "ERR_CONFLICT"
  | "ERR_GONE"
  | "ERR_LOCK_TIMEOUT"
  | "ERR_LOCK_LOST"
  | "ERR_STORE_UNAVAILABLE"
  | "ERR_SUBJECT_LIMIT"
  | "ERR_NOT_SUPPORTED";

/**
 * Base of all errors of this package.
 *
 * @example
 * try {
 *   await session.save();
 * } catch (error) {
 *   if (error instanceof SessionError && error.code === "ERR_GONE") redirect("/login");
 *   throw error;
 * }
 */
export abstract class SessionError extends Error {
  abstract readonly code: SessionErrorCode;
}

/** An option, or a setting of one session (`session.timeout = …`), is unknown, missing or out of range. */
export class ConfigError extends SessionError {
  // In so many words: bundlers rename classes.
  override readonly name = "ConfigError";
  readonly code = "ERR_CONFIG";
  /** Name of the option at fault. */
  readonly option: string;

  constructor(option: string, message: string) {
    super(message);
    this.option = option;
  }
}

/** Something needs to set a cookie where no cookie can be set. Nothing was stored. */
export class ReadonlySessionError extends SessionError {
  override readonly name = "ReadonlySessionError";
  readonly code = "ERR_READONLY";
  /** What was attempted: `save`, `invalidate`, … */
  readonly operation: string;

  constructor(operation: string, options?: { cause?: unknown }) {
    super(
      `session.${operation}() must set a cookie, and cookies cannot be set here (a component being rendered, or ` +
        "headers already sent). Nothing was stored. Call it in a server action, a route handler or middleware.",
      options,
    );
    this.operation = operation;
  }
}

/** The sealed session does not fit into its cookies. Nothing was changed. */
export class CookieTooLargeError extends SessionError {
  override readonly name = "CookieTooLargeError";
  readonly code = "ERR_COOKIE_TOO_LARGE";
  /** Bytes of name and value together. */
  readonly bytes: number;
  /** Bytes that would have fitted. */
  readonly limit: number;
  /** The largest top-level keys with the bytes each takes, largest first. */
  readonly largest: ReadonlyArray<readonly [key: string, bytes: number]>;

  constructor(details: {
    bytes: number;
    limit: number;
    largest: ReadonlyArray<readonly [key: string, bytes: number]>;
  }) {
    const keys = details.largest.map(([key, bytes]) => `${key} (${bytes})`).join(", ");
    super(
      `Session cookie is ${details.bytes} bytes; ${details.limit} fit. Nothing was changed.` +
        `${keys ? ` Largest keys: ${keys}.` : ""} ` +
        "Move the data to a store (`store: sqliteStore(...)`) or raise `cookieChunks`.",
    );
    this.bytes = details.bytes;
    this.limit = details.limit;
    this.largest = details.largest;
  }
}

/** A value in `session.data` cannot be kept by the serializer in use. */
export class SerializationError extends SessionError {
  override readonly name = "SerializationError";
  readonly code = "ERR_SERIALIZATION";
  /** Where the value is, for instance `data.user.avatar`. */
  readonly path: string;

  constructor(path: string, problem: string, options?: { cause?: unknown }) {
    super(`${path} ${problem}`, options);
    this.path = path;
  }
}

/** Stored or sealed data could not be read back, and `invalidateCorrupt` is false. */
export class CorruptSessionError extends SessionError {
  override readonly name = "CorruptSessionError";
  readonly code = "ERR_CORRUPT";
}

/** `save({ onConflict: "throw" })`: another request changed the same keys since this one read them. */
export class ConflictError extends SessionError {
  override readonly name = "ConflictError";
  readonly code = "ERR_CONFLICT";
  /** The top-level keys that both changed. */
  readonly keys: readonly string[];

  constructor(message: string, keys: readonly string[]) {
    super(message);
    this.keys = keys;
  }
}

/** The session was ended (deleted, invalidated, regenerated or expired) after this request read it. */
export class SessionGoneError extends SessionError {
  override readonly name = "SessionGoneError";
  readonly code = "ERR_GONE";
  /** Public id of the session that has ended. */
  readonly sessionId: string;

  constructor(sessionId: string) {
    super(
      `Session ${sessionId} was ended (signed out, replaced or expired) after this request read it. ` +
        "Nothing was saved; treat the visitor as signed out.",
    );
    this.sessionId = sessionId;
  }
}

/** The lock was not free within the time allowed. */
export class LockTimeoutError extends SessionError {
  override readonly name = "LockTimeoutError";
  readonly code = "ERR_LOCK_TIMEOUT";
}

/** The lock's lease ran out and somebody else may hold it: this holder must not save. */
export class LockLostError extends SessionError {
  override readonly name = "LockLostError";
  readonly code = "ERR_LOCK_LOST";
}

/** The store did not answer, or answered with a failure. The store's own error is the `cause`. */
export class StoreUnavailableError extends SessionError {
  override readonly name = "StoreUnavailableError";
  readonly code = "ERR_STORE_UNAVAILABLE";
}

/** `maxPerSubject` is reached and `onLimit` is `"reject"`. */
export class SubjectLimitError extends SessionError {
  override readonly name = "SubjectLimitError";
  readonly code = "ERR_SUBJECT_LIMIT";
}

/** This kind of session, or this store, cannot do that at all. */
export class NotSupportedError extends SessionError {
  override readonly name = "NotSupportedError";
  readonly code = "ERR_NOT_SUPPORTED";
}
