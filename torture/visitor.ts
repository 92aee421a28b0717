import type { Server } from "./servers.ts";

/** What an operation answered. */
export interface Answer {
  readonly status: number;
  // The route answers with whatever the operation gives; each trial knows what it asked for.
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  readonly body: any;
}

/** Which of the app's sessions: see sessions.ts. */
export type Kind = "plain" | "capped" | "rotating";

/** A browser as far as sessions go: one cookie, any number of requests at once. */
export class Visitor {
  readonly #kind: Kind;
  #cookie = "";

  constructor(kind: Kind = "plain") {
    this.#kind = kind;
  }

  /** Another one with the same cookie: a second tab, or a thief. */
  clone(): Visitor {
    const copy = new Visitor(this.#kind);
    copy.#cookie = this.#cookie;
    return copy;
  }

  async ask(server: Server, operation: string, query: Record<string, string | number> = {}): Promise<Answer> {
    const search = new URLSearchParams({ kind: this.#kind });
    for (const [key, value] of Object.entries(query)) search.set(key, String(value));
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
