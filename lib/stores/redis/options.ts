import { ConfigError } from "../../errors.ts";
import type { RedisClient } from "./client.ts";

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /** The application's client, of ioredis 5 or 6 or of node-redis 5 or 6: a server, Sentinel or a cluster. */
  readonly client: RedisClient;

  /**
   * What all keys begin with. Applications that share a server need one each.
   *
   * @default "nb:"
   */
  readonly prefix?: string | undefined;
}

const KNOWN = ["client", "prefix"];

/** The options with their defaults. @throws {ConfigError} naming the one at fault. */
export function checkedOptions(options: RedisStoreOptions): { client: RedisClient; prefix: string } {
  for (const option of Object.keys(options ?? {})) {
    if (!KNOWN.includes(option)) {
      throw new ConfigError(option, `redisStore has no option "${option}". It knows: ${KNOWN.join(", ")}.`);
    }
  }
  const { client, prefix = "nb:" } = options ?? {};
  if (typeof prefix !== "string" || /[{}]/.test(prefix)) {
    throw new ConfigError(
      "prefix",
      'redisStore({ prefix }) must be a string without braces, such as "shop:sessions:". A cluster tells by braces ' +
        "which node a key is on, and the store puts each session's own key between them.",
    );
  }
  return { client, prefix };
}
