import { describe, inject, it } from "vitest";
import { testStore } from "../testing/store-contract.ts";
import { CLIENTS, connect } from "./redis/clients.testing.ts";
import { redisStore } from "./redis.ts";

const url = inject("redisUrl");

for (const name of CLIENTS) {
  testStore(
    { describe, it },
    {
      name: `redisStore on ${name}`,
      without: ["prune"],
      durable: true,
      secondProcess: new URL("./redis/open.testing.ts", import.meta.url),
      create: () => {
        const { client, close } = connect(name, url);
        const prefix = `${crypto.randomUUID()}:`;
        return {
          store: redisStore({ client, prefix }),
          restart: () => redisStore({ client, prefix }),
          argument: { client: name, url, prefix },
          cleanup: close,
        };
      },
    },
  );
}
