import type { Server } from "./servers.ts";
import { inParallel, Visitor } from "./visitor.ts";

/** What a trial found. */
export interface Outcome {
  readonly what: string;
  readonly figures: string;
  readonly passed: boolean;
}

const AT_ONCE = 64;

/** One counter in one session, raised by every request: none may be lost. */
export async function increments(servers: readonly Server[], count: number): Promise<Outcome> {
  const visitor = await signedIn(servers);
  const failures: unknown[] = [];
  const started = performance.now();
  await inParallel(count, AT_ONCE, async (index) => {
    const { status, body } = await visitor.ask(oneOf(servers, index), "increment");
    if (status !== 200) failures.push(body);
  });
  const rate = Math.round(count / ((performance.now() - started) / 1000));
  const { n } = (await visitor.ask(oneOf(servers, 0), "read")).body.data;
  return {
    what: `${count} increments of one counter through update(), ${AT_ONCE} at once on ${servers.length} servers`,
    figures: `counter at ${n}, ${failures.length} refused${sample(failures)}, ${rate} a second`,
    passed: n === count && failures.length === 0,
  };
}

/** Plain saves, each of a key of its own, into sessions that 64 requests at a time write to: all keys must be there. */
export async function differentKeys(servers: readonly Server[], count: number): Promise<Outcome> {
  const sessions = Math.ceil(count / 160);
  const each = Math.ceil(count / sessions);
  const failures: unknown[] = [];
  let saved = 0;
  let lost = 0;
  for (let session = 0; session < sessions; session++) {
    const visitor = await signedIn(servers);
    await inParallel(each, AT_ONCE, async (index) => {
      const { status, body } = await visitor.ask(oneOf(servers, index), "set", { key: `k${index}` });
      if (status !== 200) failures.push(body);
    });
    const { data } = (await visitor.ask(oneOf(servers, session), "read")).body;
    for (let index = 0; index < each; index++) data[`k${index}`] ? saved++ : lost++;
  }
  return {
    what: `${sessions * each} plain saves of different keys, ${AT_ONCE} at once into each of ${sessions} sessions`,
    figures: `${saved} kept, ${lost} lost, ${failures.length} refused${sample(failures)}`,
    passed: lost === 0 && failures.length === 0,
  };
}

/** A request that has the session in hand while another signs out: its late save must not bring the session back. */
export async function lateSaves(servers: readonly Server[], tries: number): Promise<Outcome> {
  let revived = 0;
  let refused = 0;
  let before = 0;
  let odd = 0;
  await inParallel(tries, 16, async (index) => {
    const visitor = await signedIn(servers);
    const slow = visitor.clone();
    const old = visitor.clone();
    const late = slow.ask(oneOf(servers, index), "slow", { wait: 5 + (index % 40), value: index });
    await pause(index % 30);
    await visitor.ask(oneOf(servers, index + 1), "logout");
    const { status, body } = await late;
    if (status === 200) before++;
    else if (body.code === "ERR_GONE") refused++;
    else odd++;
    const seen = (await old.ask(oneOf(servers, index), "read")).body;
    if (!seen.isNew || Object.keys(seen.data).length > 0) revived++;
  });
  return {
    what: `${tries} sign-outs while a slow request held the session`,
    figures: `${revived} brought back; late saves: ${refused} refused, ${before} came before the sign-out, ${odd} other`,
    passed: revived === 0 && odd === 0 && refused > 0,
  };
}

/** As many sign-ins of one user at once as there are browsers: the cap must hold whichever server they come to. */
export async function logins(servers: readonly Server[], users: number): Promise<Outcome> {
  const failures: unknown[] = [];
  const counts = new Map<number, number>();
  let opening = 0;
  for (let user = 0; user < users; user++) {
    const visitors = Array.from({ length: 100 }, () => new Visitor("capped"));
    await inParallel(visitors.length, AT_ONCE, async (index) => {
      const visitor = visitors[index] as Visitor;
      const { status, body } = await visitor.ask(oneOf(servers, index), "login", { user: `user ${user}` });
      if (status !== 200) failures.push(body);
    });
    const { count } = (
      await new Visitor("capped").ask(oneOf(servers, user), "count", { user: `user ${user}` })
    ).body;
    counts.set(count, (counts.get(count) ?? 0) + 1);
    await inParallel(visitors.length, AT_ONCE, async (index) => {
      const { body } = await (visitors[index] as Visitor).ask(oneOf(servers, index + 1), "read");
      if (!body.isNew) opening++;
    });
  }
  const left = [...counts]
    .map(([count, times]) => `${count} sessions for ${times} of ${users} users`)
    .join(", ");
  return {
    what: `100 sign-ins of one user at a cap of 5, ${AT_ONCE} at once, for ${users} users`,
    figures: `${left}; ${opening} cookies open one; ${failures.length} refused${sample(failures)}`,
    passed: counts.get(5) === users && opening === 5 * users && failures.length === 0,
  };
}

/** Requests that all find the id old enough to change: they must agree on one new id, and lose nothing over it. */
export async function rotations(servers: readonly Server[], times: number): Promise<Outcome> {
  let successors = 0;
  let signedOut = 0;
  let lost = 0;
  let alive = 0;
  for (let round = 0; round < times; round++) {
    const visitor = new Visitor("rotating");
    const { id } = (await visitor.ask(oneOf(servers, round), "start")).body;
    const old = visitor.clone();
    await skip(servers, 31);
    const ids = new Set<string>();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, index) => {
        const { status, body } = await visitor.ask(oneOf(servers, index), "increment");
        if (status === 200) ids.add(body.id);
        else signedOut++;
      }),
    );
    ids.delete(id);
    successors += ids.size;
    const { isNew, data } = (await visitor.ask(oneOf(servers, round), "read")).body;
    if (isNew || data.n !== AT_ONCE) lost++;
    await skip(servers, 30.5);
    if (!(await old.ask(oneOf(servers, round), "read")).body.isNew) alive++;
  }
  return {
    what: `${times} times ${AT_ONCE} update() at once on ${servers.length} servers at the moment of rotation`,
    figures: `${successors} new ids, ${signedOut} requests refused, ${lost} counters wrong, ${alive} old ids alive after the grace time`,
    passed: successors === times && signedOut + lost + alive === 0,
  };
}

/** `kill -9` of one server amid saves: what it acknowledged must be there. */
export async function kills(servers: readonly Server[], times: number): Promise<Outcome> {
  const [victim, witness] = servers as [Server, Server];
  let acknowledged = 0;
  let lost = 0;
  let slowest = 0;
  for (let round = 0; round < times; round++) {
    const visitor = await signedIn([witness]);
    await visitor.ask(victim, "read"); // A server just started is slow to answer: the kill should hit it at work.
    const done: string[] = [];
    let dead = false;
    const saving = inParallel(16, 16, async (worker) => {
      for (let index = 0; !dead; index++) {
        const key = `w${worker}-${index}`;
        // A killed server answers nothing: that save was not acknowledged.
        const answer = await visitor.ask(victim, "set", { key }).catch(() => undefined);
        if (answer?.status === 200) done.push(key);
      }
    });
    await until(() => done.length >= 8);
    await pause(Math.random() * 100);
    await victim.kill();
    dead = true;
    await saving;
    const { data } = (await visitor.ask(witness, "read")).body;
    acknowledged += done.length;
    lost += done.filter((key) => !data[key]).length;
    const asked = performance.now();
    const { status } = await visitor.ask(witness, "increment");
    slowest = Math.max(slowest, performance.now() - asked);
    if (status !== 200) lost++;
    await victim.start();
    const again = (await visitor.ask(victim, "read")).body.data;
    lost += done.filter((key) => !again[key]).length;
  }
  return {
    what: `${times} times kill -9 of a server amid saves`,
    figures: `${acknowledged} saves acknowledged, ${lost} lost; slowest update() right after: ${slowest.toFixed(0)} ms`,
    passed: lost === 0 && acknowledged >= 8 * times,
  };
}

/** `kill -9` of a server that holds a lock: the lease must free it, and no sooner. */
export async function killedHolders(servers: readonly Server[], times: number): Promise<Outcome> {
  const [victim, witness] = servers as [Server, Server];
  const lease = 2;
  const waits: number[] = [];
  let refused = 0;
  for (let round = 0; round < times; round++) {
    const visitor = await signedIn([witness]);
    const holding = visitor
      .clone()
      .ask(victim, "hold", { lease })
      .catch(() => undefined);
    while ((await visitor.ask(witness, "probe")).body.code !== "ERR_LOCK_TIMEOUT") await pause(20);
    await victim.kill();
    await holding;
    const killed = performance.now();
    const { status } = await visitor.ask(witness, "increment");
    waits.push((performance.now() - killed) / 1000);
    if (status !== 200) refused++;
    await victim.start();
  }
  const longest = Math.max(...waits);
  return {
    what: `${times} times kill -9 of a server that holds a lock with a lease of ${lease} s`,
    figures: `free again after ${Math.min(...waits).toFixed(2)} to ${longest.toFixed(2)} s, ${refused} refused`,
    passed: refused === 0 && longest > 0.5 && longest < lease + 0.5,
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Or until a minute is over: then the figures tell. */
async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!holds() && performance.now() < end) await pause(5);
}

async function skip(servers: readonly Server[], seconds: number): Promise<void> {
  await Promise.all(servers.map((server) => new Visitor().ask(server, "skip", { seconds })));
}

async function signedIn(servers: readonly Server[]): Promise<Visitor> {
  const visitor = new Visitor();
  await visitor.ask(oneOf(servers, 0), "start");
  return visitor;
}

function oneOf(servers: readonly Server[], index: number): Server {
  return servers[index % servers.length] as Server;
}

function sample(failures: readonly unknown[]): string {
  return failures.length > 0 ? ` (${JSON.stringify(failures[0])})` : "";
}
