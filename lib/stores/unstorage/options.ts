import { ConfigError } from "../../errors.ts";

/** What `unstorageStore` uses of unstorage's `Storage`: `createStorage({ driver })` gives one. */
export interface ItemStorage {
  getItem(key: string): Promise<unknown>;
  /** `ttl`: seconds. Drivers that know no expiry ignore it. */
  setItem(key: string, value: string, options: { ttl?: number }): Promise<void>;
  removeItem(key: string): Promise<void>;
  getKeys(base: string): Promise<string[]>;
  /** Which driver a key goes to. */
  getMount?(key: string): { readonly driver: ItemDriver };
}

/** What is looked at of a driver. */
export interface ItemDriver {
  readonly name?: string;
  readonly options?: { readonly readOnly?: unknown };
  readonly setItem?: unknown;
  readonly removeItem?: unknown;
}

/** Options of `unstorageStore`. */
export interface UnstorageStoreOptions {
  /**
   * What the items' keys begin with: words of letters, digits, `-` and `_`, with `:` between them.
   *
   * @default "sessions"
   */
  readonly base?: string | undefined;
  /**
   * Whether expired sessions are looked for and removed: for drivers that know no expiry (`fs`, `fs-lite`, `db0`,
   * `mongodb`, `s3`, the Azure ones, …). It asks the driver for all keys and reads each item, at most every five
   * minutes. Drivers that keep to `ttl` (`redis`, `upstash`, `vercel-kv`, the Cloudflare KV ones) need none of it.
   *
   * @default false
   */
  readonly prune?: boolean | undefined;
}

const BASE = /^[\w-]+(:[\w-]+)*$/;
const METHODS = ["getItem", "setItem", "removeItem", "getKeys"] as const;

/** The options. @throws {ConfigError} naming the one at fault. */
export function checkedOptions(
  storage: ItemStorage,
  options: UnstorageStoreOptions,
): { base: string; prune: boolean } {
  for (const method of METHODS) {
    if (typeof storage?.[method] !== "function") {
      throw new ConfigError(
        "storage",
        `unstorageStore(storage) takes what unstorage's createStorage({ driver }) gives; this has no ${method}().`,
      );
    }
  }
  for (const option of Object.keys(options)) {
    if (option !== "base" && option !== "prune") {
      throw new ConfigError(option, `unstorageStore has no option "${option}". It knows: base, prune.`);
    }
  }
  const { base = "sessions", prune = false } = options;
  if (typeof base !== "string" || !BASE.test(base)) {
    throw new ConfigError(
      "base",
      'unstorageStore(storage, { base }) must be words with ":" between them, such as "app:sessions".',
    );
  }
  if (typeof prune !== "boolean") {
    throw new ConfigError("prune", "unstorageStore(storage, { prune }) must be true or false.");
  }
  refuseReadOnly(storage, base);
  return { base, prune };
}

// unstorage answers a write that its driver cannot do with silence: every save would be acknowledged and lost.
function refuseReadOnly(storage: ItemStorage, base: string): void {
  const driver = storage.getMount?.(`${base}:`).driver;
  if (!driver) return;
  const { name = "its driver", options, setItem, removeItem } = driver;
  if (typeof setItem === "function" && typeof removeItem === "function" && !options?.readOnly) return;
  throw new ConfigError(
    "storage",
    `Sessions must be written and removed, and unstorage's driver "${name}" can only read here. Mount one that ` +
      `writes at "${base}", or take readOnly away.`,
  );
}
