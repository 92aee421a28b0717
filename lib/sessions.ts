import type { CookieCarrier } from "./cookie/open-jar.ts";
import { NotSupportedError } from "./errors.ts";
import { createMiddleware, type Middleware, type MiddlewareOptions } from "./next/middleware.ts";
import { RequestScope } from "./next/request-scope.ts";
import { runWithSession } from "./next/with-session.ts";
import type { Config } from "./options/config.ts";
import { resolveStore } from "./options/kind.ts";
import type { SessionOptions } from "./options/options.ts";
import { describePolicy, type Policy } from "./options/policy.ts";
import { resolveOptions } from "./options/resolve.ts";
import { endRecord } from "./session/backing/end-record.ts";
import { reapAll } from "./session/backing/reaper.ts";
import { Records } from "./session/backing/records.ts";
import { openById } from "./session/open.ts";
import { secondsLeft } from "./session/remaining.ts";
import type { Session } from "./session/session.ts";
import { SessionObject } from "./session/session-object.ts";
import { listSubject, revokeSubject, type SessionInfo } from "./session/subjects.ts";
import type { SessionStore } from "./stores/store.ts";

/** What `createSessions` returns. Every member may be taken out of the object: `const { getSession } = sessions`. */
export interface Sessions<Data extends object> {
  /**
   * The request's session; the same object at each call within one request.
   *
   * Without arguments in the App Router: server component, server action, route handler. Elsewhere with a cookie
   * store, or with a request and its response. Reading creates nothing.
   *
   * @throws {StoreUnavailableError} while the store is down, unless `onStoreError` is `"anonymous"`.
   * @throws {CorruptSessionError} for a session that cannot be read, if `invalidateCorrupt` is false.
   * @throws {TypeError} for arguments that carry no cookies. What Next.js throws passes through untouched.
   * @example
   * const session = await getSession();
   * session.data.userId = "42";
   * await session.save();
   */
  getSession(...carrier: CookieCarrier | []): Promise<Session<Data>>;

  /**
   * Turns `fn(session, ...args)` into a server action or a route handler `(...args)` that ends with `persist()`:
   * with the option `auto` it saves by itself. `redirect()` and `notFound()` persist as well, other errors do not.
   *
   * @example
   * export const POST = withSession(async (session, request: Request) => {
   *   session.data.name = String((await request.formData()).get("name"));
   *   await session.save();
   *   return Response.json({ saved: true });
   * });
   */
  withSession<Args extends unknown[], Result>(
    fn: (session: Session<Data>, ...args: Args) => Result | Promise<Result>,
  ): (...args: Args) => Promise<Result>;

  /** The request's session, not read until it is needed (Beaker: `SessionObject`). Takes what `getSession` takes. */
  object(...carrier: CookieCarrier | []): SessionObject<Data>;

  /**
   * For `middleware.ts` and `proxy.ts`: checks the session, refreshes its cookie, and lets you answer where it ended.
   *
   * @example
   * export const middleware = sessions.middleware({
   *   onExpired: (request, reason) => NextResponse.redirect(new URL(`/login?reason=${reason}`, request.url)),
   * });
   */
  middleware(options?: MiddlewareOptions): Middleware;
  /** The same function under the name that `proxy.ts` suggests. */
  proxy(options?: MiddlewareOptions): Middleware;

  /**
   * Seconds until the session ends if it is not used, 0 if there is none, null if it has no limit. Extends nothing:
   * safe to poll for a "you will be signed out" dialog (WCAG 2.2.1).
   */
  remaining(...carrier: CookieCarrier | []): Promise<number | null>;

  /**
   * The session under a public id, or null when absent or expired; does not count as an access.
   *
   * @throws {NotSupportedError} on cookie sessions: only the browser has those.
   */
  getById(id: string): Promise<Session<Data> | null>;

  /**
   * Ends the session under a public id, wherever it is used. False when there was none.
   *
   * @throws {NotSupportedError} on cookie sessions: use `isRevoked`.
   */
  revoke(id: string): Promise<boolean>;

  /**
   * The subject's live sessions, oldest sign-in first: for an account page, and for "sign out everywhere".
   *
   * @throws {NotSupportedError} without the option `subject`, and on cookie sessions.
   */
  list(subject: string): Promise<SessionInfo<Data>[]>;

  /**
   * Ends all of the subject's sessions, or all but one; gives how many. Felt at the next request, on every server.
   *
   * @example
   * await sessions.revokeAll(userId, { except: session.id });
   * @throws {NotSupportedError} without the option `subject`, and on cookie sessions: use `isRevoked`.
   */
  revokeAll(subject: string, options?: { except?: string | undefined }): Promise<number>;

  /** Removes expired records from the store; gives how many. Happens in passing as well. */
  purgeExpired(): Promise<number>;

  /** The effective limits and cookie settings, as data and as text for an audit. */
  describePolicy(): Policy;

  /** Releases what the store holds. */
  close(): Promise<void>;
}

// A SHA-256 in base64url. Whatever else comes in as an id never reaches the store.
const ID = /^[A-Za-z0-9_-]{43}$/;

/**
 * Makes the one object that an application needs: options in, `getSession` and its kin out.
 *
 * @throws {ConfigError} for an option that is unknown, missing or out of range.
 * @example
 * export const sessions = createSessions<{ userId?: string }>({
 *   secret: process.env.SESSION_SECRET!,
 *   store: sqliteStore({ path: ".data/sessions.db" }),
 *   timeout: 30 * 60,
 * });
 * export const { getSession } = sessions;
 */
export function createSessions<Data extends object = Record<string, unknown>>(
  options: SessionOptions<Data>,
): Sessions<Data> {
  const config = resolveOptions(options, resolveStore);
  const scope = new RequestScope<Data>(config);
  const middleware = (middlewareOptions?: MiddlewareOptions) => createMiddleware(config, middlewareOptions);
  const getSession = (first?: unknown, second?: unknown) =>
    first === undefined ? scope.fromNext() : scope.from(first, second);
  const getById = async (id: string) => {
    mustHaveStore(config, "getById");
    if (!ID.test(id)) return null;
    const { engine, session } = openById<Data>(config, id);
    await engine.load(false);
    return engine.state.isNew ? null : session;
  };
  const object = (first?: unknown, second?: unknown) =>
    new SessionObject<Data>(config, { get: () => getSession(first, second), getById });
  return {
    getSession,
    getById,
    object,
    withSession:
      (fn) =>
      (...args) =>
        runWithSession(object(), (session) => fn(session, ...args)),
    middleware,
    proxy: middleware,
    remaining: async (first?: unknown, second?: unknown) =>
      secondsLeft(config, first === undefined ? await scope.nextJar() : await scope.jarOf(first, second)),
    revoke: async (id) => {
      const store = mustHaveStore(config, "revoke");
      const ended = ID.test(id) ? await endRecord(config, new Records(config, store), id) : undefined;
      if (ended !== undefined) config.emit?.({ type: "deleted", id: ended });
      return ended !== undefined;
    },
    list: async (subject) => listSubject<Data>(config, mustHaveSubjects(config, "list"), subject),
    revokeAll: async (subject, { except } = {}) =>
      revokeSubject(config, mustHaveSubjects(config, "revokeAll"), subject, except),
    purgeExpired: async () => (config.store ? reapAll(config, config.store) : 0),
    describePolicy: () => describePolicy(config),
    close: async () => config.store?.close?.(),
  };
}

function mustHaveStore(config: Config, operation: string): SessionStore {
  if (config.store) return config.store;
  throw new NotSupportedError(
    `${operation}() needs a store: a cookie session exists only in its browser. Set \`store\` or \`dataDir\`, or end ` +
      "cookie sessions with `isRevoked`.",
  );
}

function mustHaveSubjects(config: Config, operation: string): SessionStore {
  const store = mustHaveStore(config, operation);
  if (config.subject) return store;
  throw new NotSupportedError(
    `${operation}() needs to know whose sessions they are: set the option \`subject\`, for instance ` +
      "`subject: (data) => data.userId`.",
  );
}
