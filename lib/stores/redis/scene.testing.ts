/** For the tests of redisStore: stores that share nothing, on whichever client and server. */
import { afterAll, describe, it, onTestFinished } from "vitest";
import { TEST_PREFIX } from "../../../tools/servers/shared-redis.ts";
import { type Kind, kind } from "../../session/kinds.testing.ts";
import { testStore } from "../../testing/store-contract.ts";
import { redisStore } from "../redis.ts";
import type { SessionStore } from "../store.ts";
import { type ClientName, connect } from "./clients.testing.ts";

/** A prefix that nobody else has. */
export const freshPrefix = (): string => `${TEST_PREFIX}${crypto.randomUUID()}:`;

/** Registers the contract of stores for a client. */
export function keepsContract(client: ClientName, place: string, url: string): void {
  testStore(
    { describe, it },
    {
      name: `redisStore with ${client} on ${place}`,
      removesExpired: true,
      durable: true,
      secondProcess: new URL("./open.testing.ts", import.meta.url),
      create: () => {
        const connected = connect(client, url);
        const prefix = freshPrefix();
        const open = () => redisStore({ client: connected.client, prefix });
        return {
          store: open(),
          restart: open,
          argument: { client, url, prefix },
          cleanup: connected.close,
        };
      },
    },
  );
}

/** A store that ends with the test. */
export function storeOn(client: ClientName, url: string, options: object = {}): SessionStore {
  return storeWithPrefix(client, url, options).store;
}

/** The same, and what its keys begin with. */
export function storeWithPrefix(
  client: ClientName,
  url: string,
  options: object = {},
): { store: SessionStore; prefix: string } {
  const connected = connect(client, url, options);
  onTestFinished(connected.close);
  const prefix = freshPrefix();
  return { store: redisStore({ client: connected.client, prefix }), prefix };
}

/** Sessions in Redis, on one connection for a whole file. */
export function redisKind(client: ClientName, url: string): Kind {
  const connected = connect(client, url);
  afterAll(connected.close);
  return kind("redis", () => redisStore({ client: connected.client, prefix: freshPrefix() }), true);
}
