import { SessionError, StoreUnavailableError } from "../../errors.ts";
import { unquoted, withoutArguments } from "./cause.ts";

/** All that the store sends or has scripts call: in Redis since 6.2 at the latest, and in Valkey. */
export const COMMANDS: readonly string[] = [
  ...["GET", "GETRANGE", "SET", "SETRANGE", "DEL", "EXISTS", "PERSIST", "PEXPIRE", "PTTL", "TIME"],
  ...["ZADD", "ZCARD", "ZRANGE", "ZREM", "ZSCORE", "EVAL", "EVALSHA"],
];

/** What an error reply begins with, https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const REPLIES: Readonly<Record<string, readonly [what: string, todo: string]>> = {
  OOM: [
    "the server's memory is full (maxmemory), nothing was written",
    "Give it more, or shorten the sessions' timeouts.",
  ],
  READONLY: [
    "this is a replica, nothing was written",
    "Connect to the primary: through Sentinel, or by a name that follows it. The client must connect anew after a failover.",
  ],
  MISCONF: ["the server cannot write to its disk, and so takes no writes", "Look into the server's log."],
  NOREPLICAS: [
    "too few replicas are connected (min-replicas-to-write), nothing was written",
    "Look into the replicas' logs.",
  ],
  LOADING: ["the server has just started and loads its data", "Wait."],
  CLUSTERDOWN: ["the cluster is down, or has no node for this key", "See CLUSTER INFO."],
  MOVED: [
    "this server is a node of a cluster",
    "Pass a cluster's client: `new Cluster(nodes)` of ioredis, or `createCluster` of node-redis.",
  ],
  NOAUTH: ["the server wants a password", "Give the client one."],
  WRONGPASS: ["the server does not know this user and password", "Correct the client's options."],
  NOPERM: ["this user may not do that", `Its ACL must allow ${COMMANDS.join(", ")}, and the keys.`],
  BUSY: ["the server is busy with somebody's script", "See SCRIPT KILL."],
  WRONGTYPE: [
    "another application uses this key",
    "Give redisStore({ prefix }) a prefix that nobody else uses.",
  ],
};

/** Whether it is a command on several keys that a cluster is just moving to another node. */
export function isMoving(error: unknown): boolean {
  // ioredis tries again for a while, and says so around it.
  return error instanceof StoreUnavailableError && String(error.cause).includes("TRYAGAIN");
}

/** What to throw to the caller: a failure in words, its cause kept, but for what was sent. */
export function asStoreFailure(error: unknown): SessionError {
  if (error instanceof SessionError) return error;
  const cause = error instanceof Error ? withoutArguments(error) : unquoted(String(error));
  // Node says nothing of a name whose addresses all refuse, but for the code.
  const said = cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : cause;
  const [word = ""] = said.split(" ", 1);
  const known = Object.hasOwn(REPLIES, word) ? REPLIES[word] : undefined;
  const [what, todo] = known ?? [said.replace(/\.+$/, ""), "Check that the server runs and can be reached."];
  return new StoreUnavailableError(`redis store: ${what}. ${todo}`, { cause });
}
