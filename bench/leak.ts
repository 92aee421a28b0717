// Does anything stay behind? A million requests through the request scope and the memory store, and the heap after each
// hundred thousand of them. By itself: `node --expose-gc bench/leak.ts [requests]`, which fails if the heap grew.
import { argv } from "node:process";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type CookieStore, createSessions, memoryStore } from "next-beaker";

/** Bytes of heap in use, and how far they went from where they started. */
export interface Leak {
  readonly requests: number;
  /** After the first tenth, when everything is warm, and after each further one. */
  readonly heap: readonly number[];
  /** The last sample over the first one, less 1: 0.05 is five per cent more. */
  readonly growth: number;
}

const VISITORS = 1000;

/** Sends the requests and weighs the heap; needs `--expose-gc`. */
export async function leak(requests = 1_000_000): Promise<Leak> {
  let now = Date.now();
  const sessions = createSessions<{ visits?: number; user?: string; cart?: string[] }>({
    secret: "a secret of the leak test, of thirty-two bytes or more",
    store: memoryStore({ name: "leak" }),
    timeout: 30 * 60,
    absoluteTimeout: 12 * 60 * 60,
    clock: () => now,
  });
  const visitors: Map<string, string>[] = Array.from({ length: VISITORS }, () => new Map());
  const heap: number[] = [];
  const tenth = Math.ceil(requests / 10);
  for (let request = 1; request <= requests; request++) {
    // So fast that abandoned sessions expire, and are swept, and that nobody stays for ever.
    now += 200;
    const cookies = visitors[request % VISITORS] as Map<string, string>;
    const session = await (request % 3 === 0
      ? overFetch(sessions, cookies)
      : sessions.getSession(jar(cookies)));
    if (session.isNew) session.data.cart = ["a", "b", "c"];
    session.data.visits = (session.data.visits ?? 0) + 1;
    if (request % 5 === 0 || session.isNew) await session.save();
    if (request % 97 === 0) await session.regenerate();
    if (request % 101 === 0) await session.delete();
    if (request % 103 === 0) {
      await session.update((data) => {
        data.user = `user ${request}`;
      });
    }
    // A visitor who comes without a cookie leaves a record that nobody asks for again: the sweep's work.
    if (request % 50 === 0) cookies.clear();
    // Weak references live until the event loop turns.
    if (request % 500 === 0) await nextTurn();
    if (request % tenth === 0) heap.push(await weigh());
  }
  const [first = 1] = heap;
  return { requests, heap, growth: (heap.at(-1) ?? first) / first - 1 };
}

function jar(cookies: Map<string, string>): CookieStore {
  return {
    get: (name) => (cookies.has(name) ? { name, value: cookies.get(name) as string } : undefined),
    set: (name, value, { maxAge }) => (maxAge === 0 ? cookies.delete(name) : cookies.set(name, value)),
  };
}

/** The same as a fetch handler sees it; what it sets is lost with the answer, as when a browser goes away. */
function overFetch<Data extends object>(
  sessions: { getSession(request: Request, headers: Headers): Promise<Data> },
  cookies: Map<string, string>,
): Promise<Data> {
  const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join("; ");
  return sessions.getSession(new Request("http://localhost/", { headers: { cookie } }), new Headers());
}

async function weigh(): Promise<number> {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (!collect) throw new Error("Run it with node --expose-gc: the heap is weighed after a full collection.");
  // Twice, a turn apart: what finalizers let go of is gone only after the second.
  for (let turn = 0; turn < 2; turn++) {
    await nextTurn();
    collect();
  }
  return process.memoryUsage().heapUsed;
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  const { heap, growth, requests } = await leak(Number(argv[2] ?? 1_000_000));
  const megabytes = heap.map((bytes) => (bytes / 2 ** 20).toFixed(2)).join(" ");
  console.log(
    `${requests} requests; heap in MB after each tenth: ${megabytes}; growth ${(growth * 100).toFixed(1)} %`,
  );
  process.exitCode = Math.abs(growth) < 0.05 ? 0 : 1;
}
