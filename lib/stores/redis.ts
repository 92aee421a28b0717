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
  subjectAt,
  versionOf,
} from "./redis/record.ts";
import { compareAndSet, put, type Write } from "./redis/save.ts";
import { TOUCH } from "./redis/scripts.ts";
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
 * Keeps sessions in Redis 6.2 or later or in Valkey, for many processes on many machines, through the application's
 * own client: ioredis or node-redis, to one server, through Sentinel, or to a cluster.
 *
 * A read, a save and a touch are one round trip each, an end two. Redis removes records by itself, a minute after their
 * `expiresAt`; `prune` has nothing to do. All keys of a session lie in one slot of a cluster.
 *
 * **What is kept.** Redis answers a save when it is in memory. With an append-only file a crash loses what the file
 * lacks: nothing under `appendfsync always`, about a second under `everysec`; without one, all since the last
 * snapshot. A failover loses what the replica had not received, with or without. What is lost is the latest: a
 * sign-in, a save, and a sign-out too, so that an ended session may be there again. Set `maxmemory-policy` to
 * `noeviction`, or Redis ends sessions when its memory is full, and may forget whose those are that it keeps: with its
 * next touch a session says so again, but until then `list` and `revokeAll` miss it.
 *
 * **The client** is the application's, and `close()` leaves it open. It works with its library's defaults: while the
 * server is away calls fail within `storeTimeout`, and go on when it is back. But by default a client keeps what it
 * could not send and sends it later, so that a save reported as failed may still be done. To have it fail for good:
 * ioredis `{ maxRetriesPerRequest: 1, commandTimeout: 2000 }`, node-redis `{ disableOfflineQueue: true }`. Where a name
 * leads to another server after a failover, ioredis wants
 * `reconnectOnError: (error) => error.message.startsWith("READONLY")`. A node-redis client that is not connected is
 * connected by the first command; listen to its `"error"` event if you want to hear of lost connections. Use 5.11, 6.2
 * or later: those before may stop connecting for good when a server dies at the wrong moment (its issues 3104, 3346).
 * A client that reads from replicas is refused: a session that was signed out would still be found there. Both
 * libraries need Node: a middleware that imports one wants `runtime: "nodejs"`, or to be proxy.ts.
 *
 * Each method rejects with `StoreUnavailableError` (the cause kept) while Redis cannot be used.
 *
 * @throws {ConfigError} when an option is unknown or out of range, or the client is none.
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
      const token = freshToken();
      const version = versionOf(token, subject);
      const write: Write = {
        name: names.record(key),
        text: encodeRecord(record, version),
        token,
        lifetime: recordLifetime(accessedAt, expiresAt),
        subject,
        enter: () =>
          subject === undefined ? undefined : subjects.enter(subject, key, accessedAt, expiresAt),
        check: () => subject !== undefined && subjects.check(subject, key, accessedAt, expiresAt),
      };
      const written =
        typeof when === "object"
          ? await compareAndSet(connection, write, when.version)
          : await put(connection, write, when);
      return written && version;
    },

    async touch(key, accessedAt, expiresAt) {
      const name = names.record(key);
      const clocks = encodeClocks(accessedAt, expiresAt);
      const lifetime = recordLifetime(accessedAt, expiresAt);
      const touched = await connection.run(TOUCH, [name], [clocks, lifetime, "1"]);
      if (touched === "0" || touched === "1") return touched === "1";
      if (touched?.startsWith("+")) {
        subjects.check(subjectAt(touched, 1) ?? "", key, accessedAt, expiresAt);
        return true;
      }
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
