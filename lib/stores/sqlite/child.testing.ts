/** What the tests of sqliteStore run in processes of its own: `node child.testing.ts <task> <path> …`. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { record } from "../../testing/contract/subject.ts";
import { sqliteStore } from "../sqlite.ts";

const [task = "", path = "", ...rest] = process.argv.slice(2);
const say = (message: unknown) => new Promise((resolve) => process.send?.(message, resolve));

const TASKS: Record<string, () => Promise<void>> = {
  /** Adds 1 to a number in one record, so many times, by compare-and-set, from just the instant on that it is told. */
  async increment() {
    const [key = "", times = "0"] = rest;
    const told = once(process, "message");
    await say("ready");
    const [{ at }] = (await told) as [{ at: number }];
    while (Date.now() < at);
    const store = sqliteStore({ path, busyTimeout: 10_000 });
    let conflicts = 0;
    for (let done = 0; done < Number(times); ) {
      const found = await store.get(key);
      const value = String(Number(found?.value ?? 0) + 1);
      const when = found === undefined ? "absent" : { version: found.version };
      if ((await store.set(key, record({ value }), when)) !== false) done++;
      else conflicts++;
    }
    await say({ conflicts });
  },

  /** Opens a database that is not there yet, each time it is told to, at just the instant it is told. */
  async found() {
    process.on("message", async ({ round, at }: { round: number; at: number }) => {
      const store = sqliteStore({ path: `${path}.${round}` });
      while (Date.now() < at);
      const failed = (error: Error) => error.message;
      const said = await store.set(String(process.pid), record()).then(() => "ok", failed);
      await store.close?.();
      await say(said);
    });
    await say("ready");
  },

  /** Holds the write lock until killed. */
  async hold() {
    const database = new DatabaseSync(path);
    database.exec("BEGIN EXCLUSIVE");
    await say("held");
    await delay(60_000);
  },

  /** Takes the lock on one key with a clock that is so many milliseconds ahead, and holds it until killed. */
  async lock() {
    const [key = "", ahead = "0"] = rest;
    const now = Date.now;
    Date.now = () => now() + Number(ahead);
    await sqliteStore({ path }).lock?.(key, { wait: 0, lease: 10_000 });
    await say("locked");
    await delay(60_000);
  },

  /** Writes record after record and says each once it is acknowledged, until killed. */
  async stream() {
    const store = sqliteStore({ path });
    for (let i = 0; ; i++) {
      await store.set(`k${i}`, record({ value: `v${i}` }));
      await say(i);
    }
  },

  /** Writes so many records. */
  async fill() {
    const store = sqliteStore({ path });
    for (let i = 0; i < Number(rest[0]); i++) await store.set(`k${i}`, record());
    await say("filled");
    await delay(60_000);
  },

  /** Writes so many records, and says so once a thread has merged them into the file. */
  async merged() {
    const store = sqliteStore({ path });
    const turn = () => readFileSync(`${path}-wal`).readUInt32BE(16);
    await store.set("k", record());
    const before = turn();
    for (let i = 1; i < Number(rest[0]); i++) await store.set(`k${i}`, record());
    while (turn() === before) await delay(5);
    await store.close?.();
    await say("merged");
  },

  /** Prunes with each of these limits; says how many were removed and the most work between two turns, in ms. */
  async prune() {
    const store = sqliteStore({ path });
    // Its own work, since how long a turn takes depends on the machine's other work; Node has it since 22.19.
    const worked = () => (process.threadCpuUsage?.().user ?? 0) + (process.threadCpuUsage?.().system ?? 0);
    let [most, turns, last] = [0, 0, worked()];
    const timer = setInterval(() => {
      const now = worked();
      [most, turns, last] = [Math.max(most, now - last), turns + 1, now];
    }, 1);
    const removed = [];
    for (const limit of rest) removed.push(await store.prune?.(Date.now(), Number(limit)));
    clearInterval(timer);
    await store.close?.();
    await say({ removed, most: most / 1000, turns });
  },

  /** Reads and writes as a user who may only read. */
  async nobody() {
    process.setgid?.(65534);
    process.setuid?.(65534);
    const store = sqliteStore({ path, busyTimeout: 200 });
    const read = async () =>
      (await store.get("k").catch((error: Error) => ({ value: `${error.name}: ${error.message}` })))?.value;
    await say(await read());
    const failed = (error: Error & { code?: string; cause?: Error }) => [
      error.code,
      error.message,
      error.cause?.message,
    ];
    await say(await store.set("k", record({ value: "nobody's" })).catch(failed));
    await say(await store.delete("k").catch(failed));
    process.on("message", async () => say(await read()));
  },

  /** Keeps a store in use until killed: each message has it write one key and say what it finds. */
  async use() {
    const store = sqliteStore({ path });
    await store.set("k", record({ value: "child" }));
    process.on("message", async (value) => {
      await store.set("child", record({ value: String(value) }));
      await say((await store.get("k"))?.value ?? null);
    });
    await say("ready");
  },
};

await TASKS[task]?.();
if (!["nobody", "use", "found"].includes(task)) process.disconnect?.();
