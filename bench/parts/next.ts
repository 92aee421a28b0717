import { Connection, cookiesOf, get } from "../load/connection.ts";
import { drive, mustBeOk } from "../load/drive.ts";
import { startNext } from "../load/next-server.ts";
import { shuffled } from "../measure/statistics.ts";
import type { Part, PartReport, RunOptions } from "../report/part.ts";
import { GROUPS, type NextRow, SEEDS } from "./next-rows.ts";
import { type Figures, goalsOf, tablesOf } from "./next-tables.ts";

const CONNECTIONS = 8;

// Short, so that what is compared runs within a moment; long enough for the clock of CPU time.
const REQUESTS_A_SLICE = 8;

export const part: Part = {
  title: "Whole requests: next build && next start",

  async run(options: RunOptions): Promise<PartReport> {
    options.say("next: building the app");
    const server = await startNext();
    const connections = Array.from({ length: CONNECTIONS }, () => new Connection(server.port));
    try {
      const figures = await measure(connections, options);
      return { tables: tablesOf(figures), goals: goalsOf(figures) };
    } finally {
      for (const connection of connections) connection.close();
      await server.stop();
    }
  },
};

/**
 * Differences of 3 % do not show in one long run on a machine that others use. They show in many short slices, each
 * right beside that of the row which it is held against.
 */
async function measure(
  connections: readonly Connection[],
  { quick, only, say }: RunOptions,
): Promise<Figures> {
  const groups = GROUPS.map((group) => askedFor(group, only));
  // A server's usual state: more code takes more requests until V8 has compiled it, and the ratios rise meanwhile.
  const effort = quick
    ? { rounds: 20, warming: { handler: 50, page: 50 }, seconds: 45 }
    : { rounds: 240, warming: { handler: 1200, page: 100 }, seconds: 290 };
  const figures = new Map(
    groups
      .flat()
      .map((row) => [row.path, { elapsed: [] as number[], cpu: [] as number[], inside: Number.NaN }]),
  );
  const warm = await seed(connections);
  for (const { path, seed, surface } of groups.flat()) {
    await slice(connections, path, warm.get(seed)!, effort.warming[surface]);
  }
  await timesInside(connections[0]!);
  // A page takes as long as four handlers, and its goals bear more noise: handlers have four turns for each of its.
  const handlers = groups.filter((group) => group.some(({ surface }) => surface === "handler"));
  const turns = [
    [...groups, ...handlers],
    [...handlers, ...handlers],
  ];
  const started = performance.now();
  for (let round = 0; round < effort.rounds && performance.now() - started < effort.seconds * 1000; round++) {
    if (round % 20 === 0) say(`next: round ${round + 1} of ${effort.rounds}`);
    // Anew each time: no session gets old enough for a mere read to write its access time.
    const cookies = await seed(connections);
    for (const group of shuffled(turns[round % 2]!)) {
      for (const row of shuffled(group)) {
        const { elapsed, cpu } = await slice(connections, row.path, cookies.get(row.seed)!, REQUESTS_A_SLICE);
        figures.get(row.path)!.elapsed.push(elapsed);
        figures.get(row.path)!.cpu.push(cpu);
      }
    }
  }
  const inside = await timesInside(connections[0]!);
  for (const [path, its] of figures) its.inside = inside[path] ?? Number.NaN;
  return figures;
}

/** With the rows that those asked for are given as a share of: the bare ones, and their minimum. */
function askedFor(group: readonly NextRow[], only: string): NextRow[] {
  const asked = group.filter(({ path, minimum }) => path.includes(only) || minimum?.includes(only));
  return group.filter(
    (row) => row.path.endsWith("/bare") || asked.some((one) => one === row || one.minimum === row.path),
  );
}

/** Each connection's own session of each kind. */
async function seed(connections: readonly Connection[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const cookies = new Map<string, string[]>();
  for (const kind of SEEDS) {
    const answers = connections.map((connection) => connection.send(get(`/handler/${kind}-seed`)));
    cookies.set(kind, (await Promise.all(answers)).map(mustBeOk).map(cookiesOf));
  }
  return cookies;
}

/** Microseconds a request: by the clock, and of the server's CPU time. */
async function slice(
  connections: readonly Connection[],
  path: string,
  cookies: readonly string[],
  each: number,
): Promise<{ elapsed: number; cpu: number }> {
  const requests = cookies.map((cookie) => get(path, cookie));
  const before = await cpuTime(connections[0]!);
  const driven = await drive(connections, requests, each);
  const after = await cpuTime(connections[0]!);
  return { elapsed: (driven.seconds * 1e6) / driven.requests, cpu: (after - before) / driven.requests };
}

/** Microseconds of each row's own work, by path, since this was last asked. */
async function timesInside(connection: Connection): Promise<Record<string, number>> {
  const { text } = mustBeOk(await connection.send(get("/inside")));
  return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
}

async function cpuTime(connection: Connection): Promise<number> {
  const { text } = mustBeOk(await connection.send(get("/cpu")));
  return Number(
    /\r\n(\d{4,})\r\n/.exec(text.slice(text.indexOf("\r\n\r\n")))?.[1] ?? text.slice(text.lastIndexOf("\n")),
  );
}
