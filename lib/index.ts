/** The whole public surface of `next-beaker`, listed one by one. */
export type { CookieExpires } from "./cookie/attributes.ts";
export type { CookieAttributes, CookieStore } from "./cookie/jar.ts";
export type { CookieCarrier } from "./cookie/open-jar.ts";
export { SignedCookie, type SignedCookieOptions } from "./cookie/signed-cookie.ts";
export {
  ConfigError,
  ConflictError,
  CookieTooLargeError,
  CorruptSessionError,
  LockLostError,
  LockTimeoutError,
  NotSupportedError,
  ReadonlySessionError,
  SerializationError,
  SessionError,
  type SessionErrorCode,
  SessionGoneError,
  StoreUnavailableError,
  SubjectLimitError,
} from "./errors.ts";
export type { EndReason, SessionEvent } from "./events.ts";
export type { Middleware, MiddlewareAnswer, MiddlewareOptions } from "./next/middleware.ts";
export type { MiddlewareSession } from "./next/middleware-check.ts";
export type { RevocationInfo, SessionOptions } from "./options/options.ts";
export type { Policy } from "./options/policy.ts";
export type { StandardSchema } from "./options/standard-schema.ts";
export type { Serializer } from "./serialize/serializer.ts";
export { CookieSession } from "./session/cookie-session.ts";
export type { LockSettings, SessionLock } from "./session/locking.ts";
export type { LoadOptions, SaveOptions } from "./session/operation-options.ts";
export { Session } from "./session/session.ts";
export { SessionObject } from "./session/session-object.ts";
export type { SessionInfo } from "./session/subjects.ts";
export { createSessions, type Sessions } from "./sessions.ts";
export { type Leases, LockQueue } from "./stores/lock-queue.ts";
export { type MemoryStoreOptions, memoryStore } from "./stores/memory.ts";
export type {
  LockOptions,
  NewRecord,
  SessionStore,
  SetCondition,
  StoreCapabilities,
  StoredEntry,
  StoredRecord,
  StoreLock,
} from "./stores/store.ts";
