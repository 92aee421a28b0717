import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { SessionStore } from "../../stores/store.ts";
import { delay, freshKey, type OptionalMethod, put } from "./subject.ts";
import { type SecondTasks, tasksOn } from "./tasks.ts";

/** What stands between two processes. */
export interface ProcessCase {
  readonly name: string;
  readonly needs?: readonly OptionalMethod[];
  /** True where it takes a compare-and-set that holds among processes. */
  readonly needsSharedCompareAndSet?: boolean;
  run(store: Required<SessionStore>, second: SecondProcess): Promise<void>;
}

/** Another process with the same store. */
export interface SecondProcess extends SecondTasks {
  /** `kill -9`. */
  kill(): Promise<void>;
}

const NOW = { wait: 0, lease: 20_000 };

/** Two processes that share one store. */
export const processCases: readonly ProcessCase[] = [
  {
    name: "loses no increment of two processes that compare and set",
    needsSharedCompareAndSet: true,
    async run(store, second) {
      const key = freshKey();
      await Promise.all([tasksOn(store).increment(key, 100), second.increment(key, 100)]);
      assert.equal((await store.get(key))?.value, "200");
    },
  },
  {
    name: "brings nothing back that another process goes on writing to",
    async run(store, second) {
      for (let round = 0; round < 20; round++) {
        const key = freshKey();
        const version = await put(store, key);
        const writing = second.writeUntilGone(key);
        // Whatever fails below is what to report, not that the second process was ended over it.
        writing.catch(() => {});
        for (let waited = 0; (await store.get(key))?.version === version && waited < 500; waited++)
          await delay(1);
        assert.equal(await store.delete(key), true);
        assert.ok((await writing) > 0, "the second process did not find the record");
        assert.equal(await store.get(key), undefined);
      }
    },
  },
  {
    name: "loses no increment of two processes that lock",
    needs: ["lock"],
    async run(store, second) {
      const key = freshKey();
      await Promise.all([tasksOn(store).incrementLocked(key, 50), second.incrementLocked(key, 50)]);
      assert.equal((await store.get(key))?.value, "100");
    },
  },
  {
    name: "lets nobody in while another process holds the lock",
    needs: ["lock"],
    async run(store, second) {
      const key = freshKey();
      await second.hold(key, 20_000);
      await assert.rejects(store.lock(key, NOW), { code: "ERR_LOCK_TIMEOUT" });
      const waiting = store.lock(key, { wait: 20_000, lease: 1000 });
      await second.release();
      await (await waiting).release();
    },
  },
  {
    name: "frees the lock of a process that was killed, once its lease is over",
    needs: ["lock"],
    async run(store, second) {
      const [key, lease] = [freshKey(), 1000];
      const takenAt = await second.hold(key, lease);
      await second.kill();
      const lock = await store.lock(key, { wait: 20_000, lease: 1000 });
      const after = Date.now() - takenAt;
      assert.ok(after >= lease - 100, `free after ${after} ms already`);
      await lock.release();
    },
  },
];

/** Starts one with Node itself, no test runner inside. */
export async function startSecond(module: string | URL, argument: unknown): Promise<SecondProcess> {
  // Once built, this is part of testing/index.js.
  const own = import.meta.url.endsWith(".ts") ? "./second-process.ts" : "./contract/second-process.js";
  const script = fileURLToPath(new URL(own, import.meta.url));
  const child = fork(script, [String(module), JSON.stringify(argument) ?? ""], {
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "close");
  const answer = async () => {
    const [said] = await Promise.race([once(child, "message"), ended]);
    if (typeof said !== "object" || said === null) throw new Error("The second process ended by itself.");
    if ("error" in said) throw new Error(`In the second process: ${said.error}`);
    return said.value;
  };
  const tell = (task: keyof SecondTasks, ...values: unknown[]) => {
    child.send({ task, values });
    return answer();
  };
  await answer();
  return {
    increment: (...values) => tell("increment", ...values),
    incrementLocked: (...values) => tell("incrementLocked", ...values),
    writeUntilGone: (...values) => tell("writeUntilGone", ...values),
    hold: (...values) => tell("hold", ...values),
    release: () => tell("release"),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
