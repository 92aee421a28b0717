import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { sceneOfFile } from "./postgres/crowd.testing.ts";

const scene = sceneOfFile();

test("a server that is frozen for 10 s: nobody hangs, and all is well when it goes on", async () => {
  const { server } = scene.now;
  const crowd = await scene.now.crowd();
  server.freeze();
  await delay(10_000);
  server.thaw();
  expect((await crowd.survived()).join("\n")).toMatch(/did not answer within 1 s/);
});

test("a server that is stopped and started", async () => {
  const { server } = scene.now;
  const crowd = await scene.now.crowd();
  await server.stop();
  await delay(1500);
  await server.start();
  const messages = (await crowd.survived()).join("\n");
  expect(messages).toMatch(/nobody listens there\. See that the server runs/);
  expect(messages).toMatch(/ended by an administrator or a shutdown\. Nothing needs a restart/);
});

test("connections that are cut, again and again", async () => {
  const crowd = await scene.now.crowd();
  for (let round = 0; round < 20; round++) {
    await scene.now.admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name <> 'admin' AND backend_type = 'client backend'`,
    );
    await delay(50);
  }
  await crowd.survived();
});

test("PgBouncer killed and started again", async () => {
  const { bouncer } = scene.now;
  const crowd = await scene.now.crowd();
  // Only one of the three goes through it.
  const others = crowd.all.splice(0, 2);
  await bouncer.process.stop("SIGKILL");
  await delay(500);
  await bouncer.process.start();
  await crowd.survived();
  crowd.all.push(...others);
  await crowd.isWell();
});
