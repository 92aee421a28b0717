// The demo on the engines that people share between machines.
import { spawn, spawnSync } from "node:child_process";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { placeOf } from "../app/_lib/place.ts";
import { startPostgres } from "../tools/servers/postgres.ts";
import { startRedis } from "../tools/servers/redis.ts";
import { root } from "./support/apps.ts";
import { leaveFor } from "./support/demo.ts";
import { roundRobin } from "./support/round-robin.ts";
import { test as base, expect } from "./support/test.ts";

const PASSWORD = "not-to-be-shown";

interface Engine {
  /** What SESSION_STORE is set to; there is a password in it. */
  readonly address: string;
  readonly shown: RegExp;
  stop(): Promise<void>;
  start(): Promise<void>;
}

const ENGINES = {
  /** Keeps what it has acknowledged over a restart. */
  Redis: async () => {
    const redis = await startRedis({ durable: true, args: ["--requirepass", PASSWORD] });
    return {
      address: redis.url.replace("redis://", `redis://default:${PASSWORD}@`),
      shown: new RegExp(`^127\\.0\\.0\\.1:${redis.port}$`),
      stop: () => redis.process.stop(),
      start: () => redis.process.start(),
      destroy: () => redis.destroy(),
    };
  },
  Postgres: async () => {
    const postgres = await startPostgres();
    const url = new URL(postgres.url);
    // The server trusts whoever comes from here, whatever the password.
    url.password = PASSWORD;
    return {
      address: url.href,
      shown: new RegExp(`^127\\.0\\.0\\.1:${postgres.port}/`),
      stop: () => postgres.stop(),
      start: () => postgres.start(),
      destroy: () => postgres.destroy(),
    };
  },
};

const test = base.extend<{ startEngine: (name: keyof typeof ENGINES) => Promise<Engine> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern.
  startEngine: async ({}, use) => {
    const engines: Array<{ destroy(): void }> = [];
    await use(async (name) => {
      const engine = await ENGINES[name]();
      engines.push(engine);
      return engine;
    });
    for (const engine of engines) engine.destroy();
  },
});

// The browser itself reports that the health of a store which is down is a 503.
test.use({ appName: "demo", allowedErrors: [/status of 503 .*\/api\/health/] });
test.setTimeout(120_000);

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Sign in as Ada Kettle" }).click();
  await expectAccount(page);
}

async function expectAccount(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { name: "Good to see you, Ada" })).toBeVisible();
}

for (const name of ["Redis", "Postgres"] as const) {
  test.describe(`on ${name}`, () => {
    test("the inspector says which engine and how it is, and nothing shows its password", {
      tag: "@js",
    }, async ({ page, startEngine, startServer }) => {
      const { address, shown } = await startEngine(name);
      const server = await startServer({ SESSION_STORE: address });
      await page.goto(`${server.url}/store`);
      await page.getByLabel("Name").fill("Ada");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await expect(page.getByRole("heading", { name: "What “Save” did" })).toBeVisible();
      await page.goto(`${server.url}/store`);
      await expect(page.getByTestId("session-data")).toContainText("name: 'Ada'");
      const facts = page.getByTestId("store-engine");
      await expect(facts.locator("dd").first()).toHaveText(name);
      await expect(facts.locator("dd").nth(1)).toHaveText(shown);
      await expect(page.getByTestId("store-health")).toHaveText(/^ok, answered in [\d.]+ ms$/);
      const health = await (await page.request.get(`${server.url}/api/health`)).text();
      expect(JSON.parse(health)).toMatchObject({ engine: name, ok: true, milliseconds: expect.any(Number) });
      for (const text of [await page.content(), health, server.log]) expect(text).not.toContain(PASSWORD);
    });

    test("while it is down a page says so, and goes on by itself when it is back", async ({
      page,
      startEngine,
      startServer,
      javaScriptEnabled,
    }) => {
      const engine = await startEngine(name);
      const server = await startServer({ SESSION_STORE: engine.address });
      await signIn(page, server.url);
      await engine.stop();
      for (const path of ["account", "store", "login"]) {
        await leaveFor(page, `${server.url}/${path}`);
        await expect(page.getByRole("heading", { name: "The store does not answer" })).toBeVisible();
        await expect(page.getByTestId("store-health")).toHaveText(/^unreachable \([\w-]+\)$/);
      }
      expect(await page.content()).not.toContain(PASSWORD);
      for (const path of ["session", "session/remaining"]) {
        const answer = await page.request.get(`${server.url}/api/${path}`);
        expect([answer.status(), await answer.json()]).toEqual([
          503,
          { code: "ERR_STORE_UNAVAILABLE", error: "The session store does not answer." },
        ]);
      }
      // What needs no store goes on.
      await leaveFor(page, `${server.url}/cookie`);
      await expect(page.getByRole("heading", { name: "A session in the cookie" })).toBeVisible();

      await page.goto(`${server.url}/account`);
      await expect(page.getByTestId("store-down")).toBeVisible();
      if (javaScriptEnabled) await expectAccessible(page, `store-down-${name.toLowerCase()}`);
      await engine.start();
      await expect(page.getByRole("heading", { name: "Good to see you, Ada" })).toBeVisible({
        timeout: 20_000,
      });
      await page.goto("about:blank");
    });

    test("what is done while it is down is refused, and says so", async ({
      page,
      newVisitor,
      startEngine,
      startServer,
      javaScriptEnabled,
    }) => {
      const engine = await startEngine(name);
      const server = await startServer({ SESSION_STORE: engine.address });
      const [login, race] = [await newVisitor(), await newVisitor()];
      await login.goto(`${server.url}/login`);
      await race.goto(`${server.url}/race`);
      await page.goto(`${server.url}/store`);
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await expect(page.getByRole("heading", { name: "What “Save” did" })).toBeVisible();
      await page.getByLabel("Note").fill("a long text");
      await engine.stop();

      await page.getByRole("button", { name: "Save", exact: true }).click();
      if (javaScriptEnabled) {
        await expect(page.getByTestId("report-refused")).toContainText("The store does not answer");
        await expect(page.getByLabel("Note")).toHaveValue("a long text");
      } else await expect(page.getByRole("heading", { name: "The store does not answer" })).toBeVisible();

      await login.getByRole("button", { name: "Sign in as Ada" }).click();
      await expect(login.getByTestId("reason")).toHaveText(/^The store did not answer/);
      await expect(login.getByText("You are signed in as")).toHaveCount(0);

      await race.getByRole("radio", { name: "the server itself" }).check();
      await race.getByRole("button", { name: "Start the race" }).click();
      await expect(race.getByTestId("race-failure")).toContainText("The session store does not answer.");
      expect(server.log).toMatch(/^\[[\w ]+\] (redis store:|postgres store \w+:) .*server runs/m);
      expect(server.log).not.toContain(PASSWORD);

      if (javaScriptEnabled) {
        await engine.start();
        await expect(async () => {
          await page.getByRole("button", { name: "Save", exact: true }).click();
          await expect(page.getByTestId("report-data")).toContainText("note", { timeout: 3000 });
        }).toPass({ timeout: 20_000 });
      }
      for (const visitor of [page, login, race]) await leaveFor(visitor, "about:blank");
    });

    test("two servers share one user", { tag: "@js" }, async ({
      page,
      newVisitor,
      startEngine,
      startServer,
    }) => {
      const { address } = await startEngine(name);
      const servers = [
        await startServer({ SESSION_STORE: address }),
        await startServer({ SESSION_STORE: address }),
      ] as const;
      const [one, two] = servers;
      const proxy = await roundRobin([one.url, two.url]);

      await test.step("who signs in on one is signed in on both, request by request", async () => {
        await signIn(page, proxy.url);
        for (let request = 0; request < 6; request++) {
          await page.goto(`${proxy.url}/account`);
          await expectAccount(page);
        }
        for (const server of servers) expect(proxy.answered.get(server.url)).toBeGreaterThan(3);
      });

      await test.step("what one saves the other shows", async () => {
        await page.request.patch(`${one.url}/api/session`, { data: { note: "by the first" } });
        const found = await (await page.request.get(`${two.url}/api/session`)).json();
        expect(found.data).toMatchObject({ userId: "ada", note: "by the first" });
      });

      await test.step("revokeAll on one is felt on the other at the next request", async () => {
        const elsewhere = await newVisitor();
        await signIn(elsewhere, two.url);
        await page.goto(`${one.url}/account`);
        await page.getByRole("button", { name: "Sign out everywhere else" }).click();
        await expect(page.getByTestId("session")).toHaveCount(1);
        await elsewhere.goto(`${two.url}/account`);
        await expect(elsewhere.getByTestId("reason")).toHaveAttribute("data-reason", "revoked");
      });

      await test.step("when one is killed in mid-use nobody is signed out", async () => {
        // It shows a page of the server that is killed, whose prefetches would fail.
        await page.goto("about:blank");
        const before = proxy.answered.get(two.url) ?? 0;
        const loading = Array.from({ length: 8 }, () => page.request.get(`${proxy.url}/api/session`));
        await one.stop("SIGKILL");
        for (const answer of await Promise.all(loading)) {
          expect((await answer.json()).data).toMatchObject({ userId: "ada" });
        }
        for (let request = 0; request < 4; request++) {
          await page.goto(`${proxy.url}/account`);
          await expectAccount(page);
        }
        expect(proxy.answered.get(two.url)).toBeGreaterThan(before + 4);
      });

      await page.goto("about:blank");
      await proxy.close();
    });
  });
}

test("npm run demo says which engine it is on, and nothing of its password", { tag: "@js" }, async ({
  startEngine,
}) => {
  const { address } = await startEngine("Redis");
  const env = { ...process.env, PORT: "3950", SESSION_STORE: address };
  const args = ["tools/demo.mjs", "--no-build"];
  const demo = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env });
  let output = "";
  for (const stream of [demo.stdout, demo.stderr]) stream.on("data", (chunk) => (output += chunk));
  await expect.poll(() => output).toMatch(/sessions +Redis at 127\.0\.0\.1:\d+ \(SESSION_STORE\)/);
  const gone = new Promise((resolve) => demo.once("exit", resolve));
  demo.kill("SIGTERM");
  await gone;
  expect(output).not.toContain(PASSWORD);

  const wrong = { ...env, SESSION_STORE: `mysql://root:${PASSWORD}@db/app` };
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env: wrong, encoding: "utf8" });
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/must begin with redis:\/\/.* it begins with "mysql"/),
  ]);
  expect(stderr).not.toContain(PASSWORD);
});

test("of an address nothing is shown that may be a password, however it was written", {
  tag: "@js",
}, async ({ page, startServer }) => {
  for (const [address, shown] of [
    ["redis://h:1/2?x=1#y", "h:1/2"],
    ["redis-cluster://a:1,b:2", "a:1,b:2"],
    ["postgres://app:s3cret@h/x", "h/x"],
    ["postgres://app:s3cret/pw@h:1/x", "h:1/x"],
    ["postgres://app:s3@cret/p?w#@h:1/x", "h:1/x"],
    ["postgres://app:s3\ncret@h:1/", "h:1"],
  ] as const) {
    expect([address, placeOf(address).shown]).toEqual([address, shown]);
  }
  // Nobody listens there; what is shown does not depend on it.
  const server = await startServer({ SESSION_STORE: "postgres://app:s3cret/pw@127.0.0.1:1/x" });
  const health = await page.request.get(`${server.url}/api/health`);
  expect([health.status(), await health.json()]).toMatchObject([503, { place: "127.0.0.1:1/x" }]);
  await page.goto(`${server.url}/store`);
  for (const text of [await page.content(), server.log]) expect(text).not.toMatch(/s3cret|pw@/);
});

async function expectAccessible(page: Page, picture: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Next streams it behind the page.
    await expect(page).toHaveTitle(/./);
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual(
      [],
    );
    await page.screenshot({ path: `e2e/screenshots/${picture}-${colorScheme}.png`, fullPage: true });
  }
  const before = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await page.screenshot({ path: `e2e/screenshots/${picture}-360.png`, fullPage: true });
  if (before) await page.setViewportSize(before);
}
