import { startPostgres } from "../../tools/servers/postgres.ts";
import { ensurePrograms } from "../../tools/servers/programs.ts";
import { startRedis } from "../../tools/servers/redis.ts";
import { Connection, cookiesOf, get } from "../load/connection.ts";
import { drive, mustBeOk } from "../load/drive.ts";
import { type SessionServer, startSessionServer } from "../load/start-session-server.ts";
import { countTrips } from "../load/trips.ts";
import { shuffled } from "../measure/statistics.ts";
import type { PartReport, RunOptions } from "../report/part.ts";
import { APPS, type Figures, GROUPS, goalsOf, type Kind, keyOf, tablesOf } from "./stores-tables.ts";

/** Requests at once, and how many each connection sends in a slice. */
const LOADS = [
  { concurrency: 1, each: 60 },
  { concurrency: 64, each: 5 },
] as const;

/** Reading and saving requests, by express-session, @fastify/session and ours, on one Redis and one Postgres. */
export async function measureServers(options: RunOptions): Promise<PartReport> {
  ensurePrograms(options.say);
  const [redis, postgres] = [await startRedis(), await startPostgres()];
  try {
    const trips = await tripsOf(redis.port, postgres.port);
    const server = await startSessionServer({ redis: redis.url, postgres: postgres.url });
    try {
      const figures = await measure(server, options);
      return { tables: tablesOf(figures, trips), goals: goalsOf(figures, trips) };
    } finally {
      server.stop();
    }
  } finally {
    redis.destroy();
    postgres.destroy();
  }
}

type Cookies = ReadonlyMap<string, readonly string[]>;

async function measure(server: SessionServer, { quick, say }: RunOptions): Promise<Figures> {
  const effort = quick ? { rounds: 10, warming: 20, seconds: 30 } : { rounds: 60, warming: 30, seconds: 120 };
  const figures = new Map<string, number[]>();
  const most = Math.max(...LOADS.map(({ concurrency }) => concurrency));
  const connections = new Map(APPS.map((app) => [app, connectAll(server.ports[app]!, most)]));
  try {
    const slice = async (kind: Kind, concurrency: number, each: number, cookies: Cookies) => {
      const requests = cookies.get(kind.app)!.map((cookie) => get(kind.path, cookie));
      const driven = await drive(connections.get(kind.app)!.slice(0, concurrency), requests, each);
      return (driven.seconds * 1e6) / driven.requests;
    };
    let cookies = await seedAll(connections);
    for (const kind of GROUPS.flat()) await slice(kind, most, effort.warming, cookies);
    const started = performance.now();
    for (
      let round = 0;
      round < effort.rounds && performance.now() - started < effort.seconds * 1000;
      round++
    ) {
      if (round % 20 === 0) say(`stores: round ${round + 1} of ${effort.rounds}`);
      // Anew each time: no session of ours gets old enough for a mere read to write its access time.
      cookies = await seedAll(connections);
      for (const { concurrency, each } of LOADS) {
        for (const group of shuffled(GROUPS)) {
          for (const kind of shuffled(group)) {
            const key = keyOf(kind, concurrency);
            if (!figures.has(key)) figures.set(key, []);
            figures.get(key)!.push(await slice(kind, concurrency, each, cookies));
          }
        }
      }
    }
    return figures;
  } finally {
    for (const all of connections.values()) for (const connection of all) connection.close();
  }
}

function connectAll(port: number, count: number): Connection[] {
  return Array.from({ length: count }, () => new Connection(port));
}

/** Each connection's own session. */
async function seedAll(connections: ReadonlyMap<string, readonly Connection[]>): Promise<Cookies> {
  const cookies = new Map<string, string[]>();
  for (const [app, all] of connections) {
    if (app.endsWith("-bare")) {
      cookies.set(
        app,
        all.map(() => ""),
      );
      continue;
    }
    const answers = await Promise.all(all.map((connection) => connection.send(get("/seed"))));
    cookies.set(app, answers.map(mustBeOk).map(cookiesOf));
  }
  return cookies;
}

const COUNTED = 20;

/** Round trips to Redis or Postgres that one request takes, one request at a time. */
async function tripsOf(redisPort: number, postgresPort: number): Promise<ReadonlyMap<string, number>> {
  const counters = [await countTrips(redisPort), await countTrips(postgresPort)];
  const [redis, postgres] = counters.map(({ port }) => port);
  const server = await startSessionServer({
    redis: `redis://127.0.0.1:${redis}`,
    postgres: `postgres://postgres@127.0.0.1:${postgres}/postgres`,
  });
  const counted = () => counters.reduce((sum, counter) => sum + counter.take(), 0);
  const trips = new Map<string, number>();
  try {
    for (const kind of GROUPS.flat()) {
      if (kind.app.endsWith("-bare")) continue;
      const connection = new Connection(server.ports[kind.app]!);
      const cookie = cookiesOf(mustBeOk(await connection.send(get("/seed"))));
      // The first request opens connections and prepares statements.
      await drive([connection], [get(kind.path, cookie)], 3);
      counted();
      await drive([connection], [get(kind.path, cookie)], COUNTED);
      trips.set(keyOf(kind, 1), counted() / COUNTED);
      connection.close();
    }
  } finally {
    server.stop();
    for (const counter of counters) counter.close();
  }
  return trips;
}
