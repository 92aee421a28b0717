// npm run torture -- [sqlite|file …] [--quick]
//
// Two real Next servers on one store, and as many requests at once as 64 browsers make. Prints what it counted and
// ends with 1 if anything was lost, brought back or refused that should not have been.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, Server } from "./servers.ts";
import { differentKeys, increments, killedHolders, kills, lateSaves, type Outcome } from "./trials.ts";

const KNOWN = ["sqlite", "file"];
const words = process.argv.slice(2);
const quick = words.includes("--quick");
const stores = words.filter((word) => !word.startsWith("--"));
const unknown = stores.find((store) => !KNOWN.includes(store));
if (unknown) throw new Error(`no such store: ${unknown}; there are ${KNOWN.join(", ")}`);

const scale = quick ? 0.02 : 1;
const count = (full: number) => Math.max(2, Math.round(full * scale));

build();
let failed = 0;
for (const store of stores.length > 0 ? stores : KNOWN) {
  const directory = mkdtempSync(join(tmpdir(), "next-beaker-torture-"));
  const environment = { TORTURE_STORE: store, TORTURE_DIR: directory };
  const servers = [new Server(environment), new Server(environment)];
  try {
    await Promise.all(servers.map((server) => server.start()));
    console.log(`\n${store}, two servers`);
    const trials: (() => Promise<Outcome>)[] = [
      () => increments(servers, count(10_000)),
      () => differentKeys(servers, count(10_000)),
      () => lateSaves(servers, count(1_000)),
      () => kills(servers, count(50)),
      () => killedHolders(servers, count(5)),
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
    rmSync(directory, { recursive: true, force: true });
  }
}
process.exitCode = failed > 0 ? 1 : 0;
