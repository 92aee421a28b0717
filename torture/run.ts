// npm run torture -- [sqlite|file|redis|cluster|postgres …] [--quick]
//
// Two real Next servers on one store, and as many requests at once as 64 browsers make. Starts what the store needs
// (Redis, a cluster of six, Postgres), prints what it counted, and ends with 1 if anything was lost, brought back or
// refused that should not have been.
import { ENGINES } from "./engines.ts";
import { build, Server } from "./servers.ts";
import {
  differentKeys,
  increments,
  killedHolders,
  kills,
  lateSaves,
  logins,
  type Outcome,
  rotations,
} from "./trials.ts";

const known = Object.keys(ENGINES);
const words = process.argv.slice(2);
const quick = words.includes("--quick");
const stores = words.filter((word) => word !== "--quick");
const unknown = stores.find((store) => !known.includes(store));
if (unknown) throw new Error(`no such store: ${unknown}; there are ${known.join(", ")}`);

const scale = quick ? 0.02 : 1;
const count = (full: number, least = 2) => Math.max(least, Math.round(full * scale));

build();
let failed = 0;
for (const store of stores.length > 0 ? stores : known) {
  const engine = await ENGINES[store]!();
  const servers = [new Server(engine.environment), new Server(engine.environment)];
  try {
    await Promise.all(servers.map((server) => server.start()));
    console.log(`\n${store}, two servers`);
    const trials: (() => Promise<Outcome>)[] = [
      () => increments(servers, count(10_000)),
      () => differentKeys(servers, count(10_000)),
      () => lateSaves(servers, count(1_000)),
      () => logins(servers, count(10, 1)),
      () => rotations(servers, count(50)),
      () => kills(servers, count(50)),
      () => killedHolders(servers, count(5, 1)),
    ];
    for (const trial of trials) {
      const started = performance.now();
      const { what, figures, passed } = await trial();
      if (!passed) failed++;
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${passed ? "ok    " : "FAILED"} ${what}\n       ${figures} (${seconds} s)`);
    }
  } finally {
    await Promise.all(servers.map((server) => server.kill()));
    engine.destroy();
  }
}
process.exitCode = failed > 0 ? 1 : 0;
