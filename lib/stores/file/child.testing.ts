/** What the tests of fileStore run in processes of its own: `node child.testing.ts <task> <dir> …`. */
import { record } from "../../testing/contract/subject.ts";
import { fileStore } from "../file.ts";

const [task = "", dir = "", ...rest] = process.argv.slice(2);
const say = (message: unknown) => new Promise((resolve) => process.send?.(message, resolve));
const store = fileStore({ dir });

const TASKS: Record<string, () => Promise<void>> = {
  /** Adds 1 to a number in one record, so many times, by compare-and-set. */
  async increment() {
    const [key = "", times = "0"] = rest;
    await say("ready");
    for (let done = 0; done < Number(times); ) {
      const found = await store.get(key);
      const value = String(Number(found?.value ?? 0) + 1);
      const when = found === undefined ? "absent" : { version: found.version };
      if ((await store.set(key, record({ value }), when)) !== false) done++;
    }
    await say("done");
  },

  /** Writes numbers that only grow into ten records, with locks and subjects, and says each once acknowledged. */
  async stream() {
    for (let i = Number(rest[0]); ; i++) {
      const key = `k${i % 10}`;
      const lock = i % 7 === 0 ? await store.lock?.(key, { wait: 20_000, lease: 500 }) : undefined;
      await store.set(key, record({ value: String(i), subject: `s${i % 3}` }));
      await say(i);
      await lock?.release();
    }
  },

  /** Does everything once as a user whom the files do not belong to. */
  async nobody() {
    process.setgid?.(65534);
    process.setuid?.(65534);
    const outcome = async (act: Promise<unknown> | undefined) =>
      act?.then(
        (value) => (value as { value?: string })?.value ?? value,
        (error) => [error.code, error.message, error.cause?.code],
      );
    const listed = async () => {
      const found = [];
      for await (const entry of store.list?.("somebody") ?? []) found.push(entry.key);
      return found;
    };
    await say({
      get: await outcome(store.get("k")),
      list: await outcome(listed()),
      set: await outcome(store.set("k", record())),
      touch: await outcome(store.touch("k", 1, null)),
      delete: await outcome(store.delete("k")),
      lock: await outcome(store.lock?.("k", { wait: 0, lease: 1000 })),
    });
  },
};

await TASKS[task]?.();
process.disconnect?.();
