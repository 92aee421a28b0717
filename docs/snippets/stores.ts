/** docs/stores.md: what it shows is made and used; the engines' own tests are in lib/stores. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import type { Module } from "../../tools/snippets.ts";
import { type Checks, keeps, Visitor } from "./checks.ts";

const CLIENTS = "docs/stores.md › Clients and their options › ";

interface Client {
  disconnect(): unknown;
  on(event: "error", listener: () => void): unknown;
}

/** Nobody listens where the snippets connect to. */
function letGo(...clients: Client[]): void {
  for (const client of clients) {
    client.on("error", () => {});
    client.disconnect();
  }
}

export const stores: Checks = {
  "README.md › Choose a store › session.ts": async ({ run }) => {
    process.env["REDIS_URL"] ??= "redis://127.0.0.1:1";
    const { getSession } = await run();
    // A visitor without a cookie asks nothing of the store, whether it is there or not.
    expect(await new Visitor().visit(getSession, (session) => session.isNew)).toBe(true);
  },
  [`${CLIENTS}ioredis.ts`]: async ({ run }) => {
    process.env["REDIS_URL"] ??= "redis://127.0.0.1:1";
    const { store, client } = await run();
    letGo(client);
    expect(store.name).toBe("redis");
    expect(client.options).toMatchObject({ maxRetriesPerRequest: 1, commandTimeout: 2000 });
  },
  [`${CLIENTS}ioredis-cluster.ts`]: async ({ run }) => {
    const made = await run();
    letGo(made["cluster"], made["sentinel"]);
    expect(made["stores"].map(({ name }: { name: string }) => name)).toEqual(["redis", "redis"]);
  },
  [`${CLIENTS}node-redis.ts`]: async ({ run }) => {
    process.env["REDIS_URL"] ??= "redis://127.0.0.1:1";
    const { store, client } = await run();
    expect(store.name).toBe("redis");
    expect(client.isOpen).toBe(false);
  },
  [`${CLIENTS}unstorage.ts`]: async ({ run }) => {
    const { store } = await run();
    expect(store.capabilities).toEqual({ compareAndSet: "process" });
    const record = { value: "kept", createdAt: 1, accessedAt: 1, expiresAt: 2 };
    await store.set("k", record);
    expect(await store.get("k")).toMatchObject(record);
    expect(await store.prune(3, 10)).toBe(1);
  },
  "docs/stores.md › Vercel › session.ts": async ({ run }) => {
    const asked: string[][] = [];
    const server = restStandIn(asked);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    process.env["UPSTASH_REDIS_REST_URL"] = `http://127.0.0.1:${port}`;
    process.env["UPSTASH_REDIS_REST_TOKEN"] = "the token";
    try {
      const { getSession } = await run();
      await keeps(getSession, { userId: "ada" });
      expect(asked.map(([command]) => command)).toEqual(["SET", "GET"]);
    } finally {
      server.close();
    }
  },
  "docs/stores.md › A store of your own › my-store.test.ts": async ({ snippet }) => {
    // It registers tests with Node's own runner: types are checked with all the others, and the suite has its own.
    expect(snippet.code).toContain("testStore({ describe, it }");
  },
};

/** As much of the REST API as two requests need. lib/stores has the whole contract through it, on a real Redis. */
function restStandIn(asked: string[][]) {
  const values = new Map<string, string>();
  return createServer(async (request, response) => {
    expect(request.headers.authorization).toBe("Bearer the token");
    let text = "";
    for await (const chunk of request) text += chunk;
    const [command = "", key = "", value = ""] = JSON.parse(text) as string[];
    asked.push([command, key]);
    if (command === "SET") values.set(key, value);
    const result = command === "SET" ? "OK" : (values.get(key) ?? null);
    response.end(JSON.stringify({ result } satisfies Module));
  });
}
