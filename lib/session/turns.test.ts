import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { isPromise } from "../seal/maybe-promise.ts";
import { Turns } from "./turns.ts";

test("what waits for nothing is done at once, without a promise", () => {
  const turns = new Turns();
  expect(turns.take(() => turns.busy)).toBe(true);
  expect(turns.busy).toBe(false);
});

test("operations run one after the other, in the order they were asked for", async () => {
  const turns = new Turns();
  const log: string[] = [];
  const operation = (name: string, milliseconds: number) =>
    turns.take(async () => {
      log.push(`${name} begins`);
      await sleep(milliseconds);
      log.push(`${name} ends`);
    });
  const immediate = () => turns.take(() => void log.push("c"));
  const all = [operation("a", 10), operation("b", 0), immediate()];
  expect(isPromise(all[2])).toBe(true);
  expect(turns.busy).toBe(true);
  await Promise.all(all);
  expect(log).toEqual(["a begins", "a ends", "b begins", "b ends", "c"]);
  expect(turns.busy).toBe(false);
});

test.each<[string, () => Promise<never>]>([
  ["throws", () => { throw new Error("no"); }], // biome-ignore format: one line
  ["is rejected", async () => { await sleep(5); throw new Error("no"); }], // biome-ignore format: one line
])("one that %s keeps nobody from their turn", async (_, failing) => {
  const turns = new Turns();
  const failed = (async () => turns.take(failing))();
  const next = turns.take(() => "done");
  await expect(failed).rejects.toThrow("no");
  expect(await next).toBe("done");
  expect(turns.busy).toBe(false);
  expect(turns.take(() => "at once")).toBe("at once");
});
