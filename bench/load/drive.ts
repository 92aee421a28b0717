import type { Answer, Connection } from "./connection.ts";

export interface Driven {
  readonly requests: number;
  readonly seconds: number;
}

/** Sends each connection's request over it, `each` times in a row. */
export async function drive(
  connections: readonly Connection[],
  requests: readonly string[],
  each: number,
): Promise<Driven> {
  const started = performance.now();
  await Promise.all(
    connections.map(async (connection, index) => {
      for (let sent = 0; sent < each; sent++) mustBeOk(await connection.send(requests[index]!));
    }),
  );
  return { requests: each * connections.length, seconds: (performance.now() - started) / 1000 };
}

/** A server that answers errors is fast: it must not count. */
export function mustBeOk(answer: Answer): Answer {
  if (answer.status === 200) return answer;
  throw new Error(`The server answered ${answer.status}:\n${answer.text.slice(0, 2000)}`);
}
