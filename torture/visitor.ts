import type { Server } from "./servers.ts";

/** What an operation answered. */
export interface Answer {
  readonly status: number;
  // The route answers with whatever the operation gives; each trial knows what it asked for.
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  readonly body: any;
}

/** A browser as far as sessions go: one cookie, any number of requests at once. */
export class Visitor {
  #cookie = "";

  /** Another one with the same cookie: a second tab, or a thief. */
  clone(): Visitor {
    const copy = new Visitor();
    copy.#cookie = this.#cookie;
    return copy;
  }

  async ask(server: Server, operation: string, query: Record<string, string | number> = {}): Promise<Answer> {
    const search = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
    const response = await fetch(`${server.url}/api/${operation}?${search}`, {
      method: "POST",
      headers: { cookie: this.#cookie },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      this.#cookie = pair.endsWith("=") ? "" : pair;
    }
    return { status: response.status, body: await response.json() };
  }
}

/** Runs `work` for 0 … count - 1, so many at once. */
export async function inParallel(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}
