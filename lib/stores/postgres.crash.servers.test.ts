import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { record } from "../testing/contract/subject.ts";
import { sceneOfFile } from "./postgres/crowd.testing.ts";
import { postgresStore } from "./postgres.ts";

const scene = sceneOfFile();

async function crash(): Promise<void> {
  await scene.now.server.stop("SIGKILL");
  await delay(300);
  await scene.now.server.start();
}

test("kill -9 of the server, three times: whatever was acknowledged is there", async () => {
  const crowd = await scene.now.crowd();
  for (let round = 0; round < 3; round++) {
    await crash();
    await crowd.survived();
  }
});

test("a crash empties a table that is unlogged, an orderly stop does not; the store goes on with it", async () => {
  const { server } = scene.now;
  const store = postgresStore({ pool: scene.now.pool(), table: "unlogged_sessions", unlogged: true });
  await store.ensureTable();
  await store.set("k", record({ value: "kept" }));
  await server.stop();
  await server.start();
  expect((await store.get("k"))?.value).toBe("kept");
  await crash();
  expect(await store.get("k")).toBeUndefined();
  expect(await store.set("k", record(), "absent")).not.toBe(false);
});

test("a crash loses the locks, and their holders are told; the records they were for are fenced", async () => {
  const store = await scene.now.store();
  await store.set("k", record({ value: "before" }));
  const first = await store.lock("k", { wait: 0, lease: 60_000 });
  const version = (await store.get("k"))?.version ?? "";
  await crash();
  expect(await first.renew()).toBe(false);
  const second = await store.lock("k", { wait: 0, lease: 60_000 });
  expect(await store.set("k", record({ value: "late" }), { version })).toBe(false);
  expect((await store.get("k"))?.value).toBe("before");
  await second.release();
});
