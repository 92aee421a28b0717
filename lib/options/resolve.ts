import { ConfigError } from "../errors.ts";
import type { SessionEvent } from "../events.ts";
import { isPromise } from "../seal/maybe-promise.ts";
import { resolveSerializer } from "../serialize/resolve.ts";
import type { SessionStore } from "../stores/store.ts";
import { flag, fn, oneOf, refuseUnknown, seconds, shown } from "./check.ts";
import type { Config } from "./config.ts";
import { resolveCookie } from "./cookie-options.ts";
import { resolveKeys } from "./keys.ts";
import type { CommonOptions, SessionOptions } from "./options.ts";
import { resolveRotation } from "./rotation-options.ts";
import { resolveSubject } from "./subject-options.ts";

// A record over the keys, so that the compiler notices an option that is missing here.
const KNOWN: Record<
  | keyof CommonOptions<object>
  | "type"
  | "dataDir"
  | "store"
  | "secret"
  | "validateKey"
  | "encryptKey"
  | "sameSite"
  | "secure"
  | "partitioned",
  true
> = {
  type: true,
  store: true,
  dataDir: true,
  key: true,
  secret: true,
  validateKey: true,
  encryptKey: true,
  timeout: true,
  absoluteTimeout: true,
  touchInterval: true,
  cookieExpires: true,
  cookieDomain: true,
  cookiePath: true,
  secure: true,
  httpOnly: true,
  sameSite: true,
  partitioned: true,
  priority: true,
  cookieChunks: true,
  saveAccessedTime: true,
  invalidateCorrupt: true,
  useCookies: true,
  serializer: true,
  schema: true,
  version: true,
  migrate: true,
  subject: true,
  maxPerSubject: true,
  onLimit: true,
  rotateEvery: true,
  graceSeconds: true,
  auto: true,
  isRevoked: true,
  onStoreError: true,
  storeTimeout: true,
  onEvent: true,
  clock: true,
};

// What Beaker calls by another name altogether.
const BEAKER = new Map<string, keyof typeof KNOWN>([
  ["data_serializer", "serializer"],
  ["namespace_class", "store"],
  ["namespace_args", "store"],
]);

/** The store to use, or undefined for a session that lives in its cookie. Passed in, since not all need our stores. */
export type ResolveStore = (
  options: { type?: unknown; store?: unknown; dataDir?: unknown },
  cookieName: string,
) => SessionStore | undefined;

const resolved = new WeakSet<object>();

/** Whether these are options that have been checked already. */
function isConfig(options: object): options is Config {
  return resolved.has(options);
}

/** Checks the options unless that was done before. */
export function asConfig<Data extends object>(
  options: SessionOptions<Data> | Config,
  resolveStore: ResolveStore,
): Config {
  return isConfig(options) ? options : resolveOptions(options, resolveStore);
}

/**
 * Checks every option and fills in the defaults.
 *
 * @throws {ConfigError} naming the option, what was given and what is allowed.
 */
export function resolveOptions<Data extends object>(
  options: SessionOptions<Data>,
  resolveStore: ResolveStore,
): Config {
  if (typeof options !== "object" || options === null) {
    throw new ConfigError("options", `createSessions takes an object of options; got ${shown(options)}.`);
  }
  refuseUnknown(options, Object.keys(KNOWN), BEAKER);
  const cookie = resolveCookie(options);
  const store = resolveStore(options, cookie.name);
  const clock = fn("clock", options.clock) ?? Date.now;
  const now = () => Math.floor(clock());
  const config: Config = {
    store,
    useCookies: resolveUseCookies(options.useCookies, store),
    cookieName: cookie.name,
    cookie: cookie.base,
    cookieExpires: cookie.expires,
    cookieChunks: cookie.chunks,
    keys: resolveKeys(options, store ? "store" : "cookie"),
    ...resolveClocks(options),
    ...resolveData(options),
    subject: resolveSubject(options, store),
    rotation: resolveRotation(options, store),
    auto: flag("auto", options.auto, false),
    isRevoked: fn("isRevoked", options.isRevoked),
    onStoreError: oneOf("onStoreError", options.onStoreError, ["throw", "anonymous"], "throw"),
    storeTimeout: resolveStoreTimeout(options.storeTimeout, store),
    emit: emitter(fn("onEvent", options.onEvent), now),
    now,
  };
  resolved.add(config);
  return config;
}

const DEFAULT_STORE_TIMEOUT = 2;

function resolveStoreTimeout(value: unknown, store: Config["store"]): number | null {
  if (value !== undefined && !store) {
    throw new ConfigError("storeTimeout", "storeTimeout needs a store: a cookie session waits for nobody.");
  }
  return milliseconds(seconds("storeTimeout", value === undefined ? DEFAULT_STORE_TIMEOUT : value));
}

function resolveUseCookies(value: unknown, store: Config["store"]): boolean {
  const useCookies = flag("useCookies", value, true);
  if (!useCookies && !store) {
    throw new ConfigError(
      "useCookies",
      "useCookies: false needs a store: a cookie session is nothing but its cookie.",
    );
  }
  return useCookies;
}

function resolveClocks(
  options: Pick<CommonOptions<object>, "timeout" | "absoluteTimeout" | "touchInterval" | "saveAccessedTime">,
): Pick<Config, "limits" | "saveAccessedTime"> {
  const timeout = seconds("timeout", options.timeout);
  const absoluteTimeout = seconds("absoluteTimeout", options.absoluteTimeout);
  const saveAccessedTime = flag("saveAccessedTime", options.saveAccessedTime, true);
  if (timeout !== null && !saveAccessedTime) {
    throw new ConfigError(
      "saveAccessedTime",
      "`timeout` needs the access time: leave `saveAccessedTime` true.",
    );
  }
  const touchInterval = options.touchInterval ?? Math.min(60, timeout === null ? 60 : timeout / 10);
  if (!(typeof touchInterval === "number" && touchInterval >= 0 && Number.isFinite(touchInterval))) {
    throw new ConfigError(
      "touchInterval",
      `touchInterval must be a number of seconds, 0 or greater; got ${shown(touchInterval)}.`,
    );
  }
  if (timeout !== null && touchInterval > timeout) {
    throw new ConfigError(
      "touchInterval",
      `touchInterval (${touchInterval} s) must not exceed timeout (${timeout} s).`,
    );
  }
  return {
    limits: {
      timeout: milliseconds(timeout),
      absoluteTimeout: milliseconds(absoluteTimeout),
      touchInterval: touchInterval * 1000,
    },
    saveAccessedTime,
  };
}

function milliseconds(value: number | null): number | null {
  return value === null ? null : value * 1000;
}

function resolveData(
  options: Pick<CommonOptions<object>, "version" | "migrate" | "schema" | "serializer" | "invalidateCorrupt">,
): Pick<Config, "invalidateCorrupt" | "serializer" | "schema" | "version" | "migrate"> {
  const version = options.version ?? 0;
  if (!Number.isSafeInteger(version) || version < 0) {
    throw new ConfigError("version", `version must be a whole number, 0 or greater; got ${shown(version)}.`);
  }
  const migrate = fn("migrate", options.migrate);
  if (migrate && version === 0) {
    throw new ConfigError("migrate", "migrate needs `version`: the number of today's shape, 1 or greater.");
  }
  const { schema } = options;
  if (schema !== undefined && typeof schema?.["~standard"]?.validate !== "function") {
    throw new ConfigError(
      "schema",
      `schema must be a Standard Schema (Zod, Valibot, ArkType, …); got ${shown(schema)}.`,
    );
  }
  return {
    invalidateCorrupt: flag("invalidateCorrupt", options.invalidateCorrupt, true),
    serializer: resolveSerializer(options.serializer),
    schema,
    version,
    migrate,
  };
}

function emitter(onEvent: ((event: SessionEvent) => void) | undefined, now: () => number): Config["emit"] {
  if (!onEvent) return undefined;
  // A logger that fails must not cost a user the session; it must not fail in silence either.
  const failed = (error: unknown) => console.error("next-beaker: onEvent threw", error);
  return (event) => {
    try {
      const told: unknown = onEvent({ ...event, at: now() });
      if (isPromise(told)) told.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}
