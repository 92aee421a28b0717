import { LockQueue } from "./lock-queue.ts";
import { commandsOf } from "./redis/client.ts";
import { Connection } from "./redis/connection.ts";
import { keyNames } from "./redis/keys.ts";
import { redisLeases } from "./redis/leases.ts";
import { recordLifetime } from "./redis/lifetime.ts";
import { checkedOptions, type RedisStoreOptions } from "./redis/options.ts";
import {
  decodeRecord,
  encodeClocks,
  encodeRecord,
  freshToken,
  LAYOUT,
  readVersion,
  versionOf,
} from "./redis/record.ts";
import { SAVE, TOUCH } from "./redis/scripts.ts";
import { Subjects } from "./redis/subjects.ts";
import type { SessionStore } from "./store.ts";

export type {
  IoredisClient,
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisSentinel,
  RedisClient,
} from "./redis/client.ts";
export type { RedisStoreOptions } from "./redis/options.ts";

/**
 * Keeps sessions in Redis 6.2 or later or in Valkey, through the application's own client of ioredis or node-redis:
 * one server, Sentinel or a cluster.
 *
 * @throws {ConfigError} when an option is unknown or out of range.
 * @see Beaker `ext:redis`, whose place it takes.
 * @example
 * import { Redis } from "ioredis";
 * import { redisStore } from "next-beaker/stores/redis";
 * const client = new Redis(process.env.REDIS_URL!);
 * const { getSession } = createSessions({ store: redisStore({ client }) });
 */
export function redisStore(options: RedisStoreOptions): SessionStore {
  const { client, prefix } = checkedOptions(options);
  const names = keyNames(prefix);
  const connection = new Connection(commandsOf(client));
  const subjects = new Subjects(connection, names);
  const locks = new LockQueue(redisLeases(connection, names));

  return {
    name: "redis",

    async get(key) {
      const name = names.record(key);
      const text = await connection.send(name, "GET", name);
      return text === null ? undefined : decodeRecord(text);
    },

    async set(key, record, when) {
      const { accessedAt, expiresAt, subject } = record;
      const name = names.record(key);
      const token = freshToken();
      const version = versionOf(token, subject);
      const text = encodeRecord(record, version);
      const lifetime = recordLifetime(accessedAt, expiresAt);
      const enter = async () => {
        if (subject !== undefined) await subjects.enter(subject, key, accessedAt, expiresAt);
      };

      if (typeof when === "object") {
        const replaced = readVersion(when.version);
        if (replaced === undefined) return false;
        const isEntered = replaced.subject === subject;
        if (!isEntered) await enter();
        const save = (mayNeedEntry: boolean) =>
          connection.run(SAVE, [name], [when.version, text, lifetime, mayNeedEntry ? "1" : ""]);
        let written = await save(isEntered && subject !== undefined);
        if (written === "2") {
          await enter();
          written = await save(false);
        }
        return written === "1" && version;
      }

      const entered = enter();
      // Nobody has the cookie of a session that is not there yet, so if its entry alone fails nothing is missed.
      if (when !== "absent") await entered;
      const command = ["SET", name, text];
      if (lifetime !== "") command.push("PX", lifetime);
      if (when !== undefined) command.push(when === "absent" ? "NX" : "XX");
      const [written] = await Promise.all([connection.send(name, ...command), entered]);
      if (written !== null) return version;
      // The client may have sent it twice, for want of an answer to the first.
      const { token: start, subject: end } = LAYOUT;
      const stored = await connection.send(name, "GETRANGE", name, String(start), String(end - 1));
      return stored === token && version;
    },

    async touch(key, accessedAt, expiresAt) {
      const name = names.record(key);
      const clocks = encodeClocks(accessedAt, expiresAt);
      const lifetime = recordLifetime(accessedAt, expiresAt);
      const touched = await connection.run(TOUCH, [name], [clocks, lifetime, "1"]);
      if (touched === "0" || touched === "1") return touched === "1";
      const { subject } = decodeRecord(touched ?? "");
      if (subject !== undefined) await subjects.enter(subject, key, accessedAt, expiresAt);
      return (await connection.run(TOUCH, [name], [clocks, lifetime, ""])) === "1";
    },

    async delete(key) {
      const name = names.record(key);
      return (await connection.send(name, "DEL", name)) === "1";
    },

    lock: (key, options) => locks.lock(key, options),

    list: (subject) => subjects.list(subject),

    // Redis has done it.
    prune: async () => 0,

    // The client is the application's: it made it, and it closes it.
    async close() {},
  };
}
