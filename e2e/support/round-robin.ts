import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy in front of several servers, as a load balancer without sticky sessions. */
export interface RoundRobin {
  readonly url: string;
  /** By server, how many requests it has answered. */
  readonly answered: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Each request goes to the next server; where nobody listens there, or the connection breaks, to the one after it. */
export async function roundRobin(servers: readonly string[]): Promise<RoundRobin> {
  const answered = new Map(servers.map((server) => [server, 0]));
  const agent = new Agent({ keepAlive: false });
  let turn = 0;
  const proxy = createServer(async (incoming, outgoing) => {
    const first = turn++;
    const body = await bodyOf(incoming);
    for (let tried = 0; tried < servers.length; tried++) {
      const server = servers[(first + tried) % servers.length] as string;
      try {
        const answer = await ask(server, incoming, body, agent);
        answered.set(server, (answered.get(server) ?? 0) + 1);
        return pass(answer, outgoing);
      } catch {
        // The next one.
      }
    }
    outgoing.writeHead(502).end();
  });
  const url = await listen(proxy);
  return {
    url,
    answered,
    async close() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** `Host` stays the proxy's: Next compares it with the origin of a form. */
function ask(server: string, { method, url, headers }: IncomingMessage, body: Buffer, agent: Agent) {
  return new Promise<{ head: IncomingMessage; body: Buffer }>((resolve, reject) => {
    const { "transfer-encoding": _, ...rest } = headers;
    const asked = request(new URL(url ?? "/", server), {
      method,
      headers: { ...rest, ...(body.length > 0 && { "content-length": body.length }) },
      agent,
      // A server that is being killed must not keep its visitors waiting.
      timeout: 20_000,
    });
    asked.on("response", (head) => bodyOf(head).then((text) => resolve({ head, body: text }), reject));
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", reject);
    asked.end(body);
  });
}

function pass({ head, body }: { head: IncomingMessage; body: Buffer }, outgoing: ServerResponse): void {
  const own = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);
  const headers = head.rawHeaders.flatMap((name, index, all) =>
    index % 2 === 0 && !own.has(name.toLowerCase()) ? [[name, all[index + 1] as string] as const] : [],
  );
  for (const [name, value] of headers) outgoing.appendHeader(name, value);
  outgoing.writeHead(head.statusCode ?? 502);
  outgoing.end(body);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}
