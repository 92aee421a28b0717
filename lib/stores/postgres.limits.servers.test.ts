import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { sceneOfFile } from "./postgres/crowd.testing.ts";
import { Users } from "./postgres/users.testing.ts";

const scene = sceneOfFile();

test("max_connections reached: says so, and all is well when somebody leaves", async () => {
  const { server } = scene.now;
  // A pool that gives its connections back at once has to ask for new ones all the time.
  const store = await scene.now.store(scene.now.pool({ idleTimeoutMillis: 1, max: 5 }));
  const users = new Users(store);
  onTestFinished(() => users.stop());
  await users.start(5);

  const others: pg.Client[] = [];
  const crowdIn = async () => {
    const client = new pg.Client({ connectionString: server.url });
    client.on("error", () => {});
    if ((await client.connect().catch((error: Error) => error)) instanceof Error) await delay(10);
    else others.push(client);
  };
  const messages: string[] = [];
  for (let refused = 0; refused < 20; ) {
    // Many at once: each place that the users leave is taken by somebody else sooner or later.
    await Promise.all(Array.from({ length: 10 }, crowdIn));
    const report = users.report();
    expect(report.wrong).toEqual([]);
    expect(report.slowest).toBeLessThan(4000);
    refused += report.unavailable;
    messages.push(...report.messages);
  }
  expect(messages.join("\n")).toMatch(
    /takes no more connections \(max_connections\)\. Make the pools smaller/,
  );
  await Promise.all(others.map((client) => client.end()));
  // The server takes a moment to see them off.
  const left = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend'";
  while ((await scene.now.admin.query(left)).rows[0].n > 20) await delay(20);
  await users.everyoneSaves();
  users.report();
  await users.everyoneSaves();
  expect(users.report()).toMatchObject({ wrong: [], unavailable: 0 });
});

test("a read-only default: reads go on, saves are refused with the reason, nobody is signed out", async () => {
  const { admin } = scene.now;
  const crowd = await scene.now.crowd();
  const setReadOnly = async (to: "on" | "off") => {
    await admin.query(`ALTER SYSTEM SET default_transaction_read_only = ${to}`);
    await admin.query("SELECT pg_reload_conf()");
  };
  await Promise.all(crowd.all.map((users) => users.everyoneSaves()));
  await setReadOnly("on");
  await delay(1000);
  for (const { saved } of crowd.all.map((one) => one.report())) expect(saved).toBeGreaterThan(0);
  await delay(500);
  for (const one of crowd.all) {
    const { saved, unavailable, wrong, messages } = one.report();
    expect({ saved, wrong }).toEqual({ saved: 0, wrong: [] });
    expect(unavailable).toBeGreaterThan(0);
    expect(messages.join("\n")).toMatch(
      /takes no writes \(a replica, or default_transaction_read_only is on\)/,
    );
  }
  await setReadOnly("off");
  await delay(500);
  for (const { wrong } of crowd.all.map((one) => one.report())) expect(wrong).toEqual([]);
  await crowd.isWell();
});
