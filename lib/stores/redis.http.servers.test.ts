/** The Redis store over HTTP, as docs/stores.md has it for Vercel: through a stand-in for Upstash's REST API. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, inject, it } from "vitest";
import type {} from "../../tools/servers/setup.ts";
import { TEST_PREFIX } from "../../tools/servers/shared-redis.ts";
import { testStore } from "../testing/store-contract.ts";
import { redisStore } from "./redis.ts";

let url = "";
let server: Server;
let redis: Redis;

beforeAll(async () => {
  redis = new Redis(inject("redisUrl"));
  // A command as a JSON array, `{ result }` or `{ error }` in answer.
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const [name = "", ...args] = JSON.parse(text) as string[];
    const answer = await redis.call(name, ...args).then(
      (result) => ({ result }),
      (error: Error) => ({ error: error.message }),
    );
    response.statusCode = "error" in answer ? 400 : 200;
    response.end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  redis.disconnect();
});

const client = {
  async sendCommand(command: string[]): Promise<unknown> {
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(command) });
    const { result, error } = (await answer.json()) as { result?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return result;
  },
};

testStore(
  { describe, it },
  {
    name: "redisStore over HTTP",
    removesExpired: true,
    create: () => redisStore({ client, prefix: `${TEST_PREFIX}${crypto.randomUUID()}:` }),
  },
);
