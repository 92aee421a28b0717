import type { CookieExpires } from "../cookie/attributes.ts";
import type { SessionEvent } from "../events.ts";
import type { Serializer } from "../serialize/serializer.ts";
import type { SessionStore } from "../stores/store.ts";
import type { StandardSchema } from "./standard-schema.ts";

/**
 * Options of `createSessions`. Everything has a default but the secret, which is read from
 * `process.env.SESSION_SECRET` when not given. Unknown options and values out of range are a `ConfigError`.
 *
 * @example
 * createSessions({ secret: process.env.SESSION_SECRET!, type: "cookie", timeout: 30 * 60 });
 */
export type SessionOptions<Data extends object = Record<string, unknown>> = CommonOptions<Data> &
  KindOptions &
  KeyOptions &
  CookieSecurityOptions;

/** Where the session lives: a built-in kind, or a store of yours. */
export type KindOptions =
  | {
      /** Built-in kind. Default: `"sqlite"` if `dataDir` is set, else `"memory"` (Beaker: `type`). */
      type?: "cookie" | "memory" | "file" | "sqlite" | undefined;
      store?: never;
      /** Directory for what `file` (in `sessions/`) and `sqlite` (`sessions.db`) keep (Beaker: `data_dir`). */
      dataDir?: string | undefined;
    }
  | {
      type?: never;
      dataDir?: never;
      /** Any store (Beaker: `namespace_class`). */
      store: SessionStore;
    };

/** One secret for everything, or Beaker's pair. */
export type KeyOptions =
  | {
      /**
       * At least 32 bytes each. The first writes, all read: to rotate, put the new one first.
       * Entries that are undefined are passed over. Default: `process.env.SESSION_SECRET`.
       */
      secret?: string | readonly (string | undefined)[] | undefined;
      validateKey?: never;
      /** On a store-backed session: seals the records at rest. At least 32 bytes each, newest first. */
      encryptKey?: string | readonly (string | undefined)[];
    }
  | {
      secret?: never;
      /** Beaker's `validate_key`. Alone on a cookie session: signed, but readable by its user. */
      validateKey: string | readonly (string | undefined)[];
      /** Beaker's `encrypt_key`: encrypts the cookie, or seals a store's records at rest. */
      encryptKey?: string | readonly (string | undefined)[];
    };

/** Browsers refuse `SameSite=None` and `Partitioned` without `Secure`. */
export type CookieSecurityOptions =
  | {
      /** Default: `"lax"`. */
      sameSite?: "lax" | "strict" | undefined;
      /** Default: true in production. */
      secure?: boolean | undefined;
      partitioned?: false | undefined;
    }
  | {
      sameSite?: "lax" | "strict" | "none" | undefined;
      secure: true;
      partitioned?: boolean | undefined;
    };

/** Options that go with every kind. */
export interface CommonOptions<Data extends object> {
  /**
   * The cookie's name. Default `beaker.session.id`, sent as `__Host-beaker.session.id` where `secure`, path `/`
   * and no domain allow it. A name that you give is used as given.
   */
  key?: string | undefined;

  /** Idle limit, seconds: valid while `now - lastAccessed <= timeout`, whatever the cookie says. Default null: none. */
  timeout?: number | null | undefined;

  /** Limit since creation, seconds. Survives `regenerate()`; no save moves it. Default null: none. */
  absoluteTimeout?: number | null | undefined;

  /**
   * A mere read writes the access time at most this often, seconds. Default: a tenth of `timeout`, at most 60.
   * A session is never cut off early because of it; it may last that much longer than `timeout`, which it must not
   * exceed. 0 writes at each read.
   */
  touchInterval?: number | undefined;

  /** How long the browser keeps the cookie. Never decides whether a session is valid. Default true: until it closes. */
  cookieExpires?: CookieExpires | undefined;
  cookieDomain?: string | undefined;
  /** Default `/`. */
  cookiePath?: string | undefined;
  /** Default true: no script in the page can read the cookie. */
  httpOnly?: boolean | undefined;
  priority?: "low" | "medium" | "high" | undefined;

  /** How many cookies a sealed cookie session may take, 1 to 4. Default 1. */
  cookieChunks?: 1 | 2 | 3 | 4 | undefined;

  /** false: a request that never saves writes nothing, but for `rotateEvery`. Refused together with `timeout`. Default true. */
  saveAccessedTime?: boolean | undefined;

  /** Undecodable data: true gives a `corrupt` event and a fresh session, false a `CorruptSessionError`. Default true. */
  invalidateCorrupt?: boolean | undefined;

  /** false: no cookie is read or written; sessions are found by `getById` alone. Default true. */
  useCookies?: boolean | undefined;

  /**
   * `"rich"` (default) keeps `Date`, `Map`, `Set`, `BigInt`, `URL`, `RegExp`, typed arrays, `undefined` and cycles;
   * `"json"` is plain JSON for readers in other languages; or your own pair of functions.
   */
  serializer?: "rich" | "json" | Serializer | undefined;

  /**
   * Checks the data on load; a failure follows `invalidateCorrupt`. Any Standard Schema: Zod, Valibot, ArkType, …
   * It must take what it gives, since that is saved, and the empty session.
   */
  schema?: StandardSchema<{ [Key in keyof Data]?: Data[Key] | undefined }> | undefined;

  /** Version of the shape of your data, a whole number. Default 0. */
  version?: number | undefined;
  /** Turns data of an older version into today's, on load. */
  migrate?: ((old: Record<string, unknown>, fromVersion: number) => Partial<Data>) | undefined;

  /**
   * Whose session this is, from its data: turns on `list`, `revokeAll` and `maxPerSubject`, which need a store; a cookie
   * session's is told to `isRevoked`. Nothing and `""` are nobody.
   *
   * @example
   * createSessions({ store, subject: (data) => data.userId });
   */
  subject?: ((data: Partial<Data>) => string | undefined) | undefined;
  /** How many sessions a subject may have at once. Default: no limit. */
  maxPerSubject?: number | undefined;
  /** At the limit, a further sign-in ends the oldest session, or is refused with `SubjectLimitError`. Default `"revoke-oldest"`. */
  onLimit?: "revoke-oldest" | "reject" | undefined;

  /**
   * Seconds after which the id changes by itself (OWASP: renewal timeout), at the next request that can set a cookie.
   * Needs a store. Default null: never.
   */
  rotateEvery?: number | null | undefined;
  /** How long such an id still leads to the session, seconds: less than `rotateEvery`, without which it is refused. Default 10. */
  graceSeconds?: number | undefined;

  /** `withSession` and `persist()` save at the end even without `save()`. Default false. */
  auto?: boolean | undefined;

  /**
   * Cookie sessions leave nothing on the server to delete: this hook makes their logout stick, for instance from
   * one "not before" instant a user. True ends the session.
   */
  isRevoked?: ((info: RevocationInfo) => boolean | Promise<boolean>) | undefined;

  /** What a read does while the store is down. Writes always throw. Default `"throw"`. */
  onStoreError?: "throw" | "anonymous" | undefined;
  /**
   * How long one call of the store may take, seconds: after that it counts as down (`StoreUnavailableError`), and the
   * request goes on to fail instead of hanging. Waiting for a lock is not counted. Needs a store. Default 2; null:
   * no limit.
   */
  storeTimeout?: number | null | undefined;

  /** Called for everything that happens to a session; must not throw. */
  onEvent?: ((event: SessionEvent) => void) | undefined;

  /** Epoch milliseconds. For tests. Default `Date.now`. */
  clock?: (() => number) | undefined;
}

/** What `isRevoked` decides on. */
export interface RevocationInfo {
  /** Public id of the session. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly created: number;
  /** What the option `subject` says of its data. */
  readonly subject: string | undefined;
}
