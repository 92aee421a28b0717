// The demo where something ends, fails or comes late: nothing that somebody has typed may go with it.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { leaveFor, signIn } from "./support/demo.ts";
import { expect, test } from "./support/test.ts";

const KINDS = ["cookie", "store"] as const;

// The browser itself reports that the health of a store which is down is a 503.
test.use({ appName: "demo", allowedErrors: [/status of 503 .*\/api\/health/] });

async function press(page: Page, label: string): Promise<void> {
  await page.getByRole("button", { name: label, exact: true }).click();
  await expect(page.getByRole("heading", { name: `What “${label}” did` })).toBeVisible();
}

for (const kind of KINDS) {
  test(`a ${kind} session that ends while its page is open is said to be over`, async ({
    page,
    startServer,
    javaScriptEnabled,
  }) => {
    const server = await startServer({ SESSION_TIMEOUT: "2" });
    await page.goto(`${server.url}/${kind}`);
    await page.getByLabel("Name").fill("Ada");
    await press(page, "Save");
    await expect(page.getByTestId("report-over")).toHaveCount(0);
    if (javaScriptEnabled) {
      await page.getByLabel("Note").fill("typed before the end");
      // The page finds out by itself.
      await expect(page.getByTestId("session-over")).toBeVisible();
      await expect(page.getByTestId("session-data")).toHaveText("{}");
      await expect(page.getByLabel("Note")).toHaveValue("typed before the end");
    } else await page.waitForTimeout(2500);
    await press(page, "Save");
    await expect(page.getByTestId("report-over")).toBeVisible();
    await expect(page.getByTestId("session-over")).toHaveCount(0);
    await press(page, "Delete");
    await expect(page.getByTestId("report-over")).toHaveCount(0);
    await expect(page.getByTestId("session-over")).toHaveCount(0);
  });
}

test.describe("with JavaScript", { tag: "@js" }, () => {
  test("what is typed while a save is under way stays, and the rest shows what the session has", async ({
    page,
    server,
  }) => {
    await page.goto(`${server.url}/store`);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/store", async (route) => {
      if (route.request().method() === "POST") await held;
      await route.continue();
    });
    await page.getByLabel("Name").fill("  Ada ");
    await page.getByLabel("tea").check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const button = page.getByRole("button", { name: "Save", exact: true });
    await expect(button).toHaveAttribute("aria-busy", "true");
    await page.getByLabel("Note").fill("typed meanwhile");
    await page.getByLabel("madder").check();
    release();
    await expect(page.getByRole("heading", { name: "What “Save” did" })).toBeVisible();
    await expect(page.getByLabel("Note")).toHaveValue("typed meanwhile");
    await expect(page.getByLabel("madder")).toBeChecked();
    await expect(page.getByLabel("tea")).toBeChecked();
    // The session has it without the spaces.
    await expect(page.getByLabel("Name")).toHaveValue("Ada");
    await expect(button).toHaveAttribute("aria-busy", "false");
    await press(page, "Delete");
    await expect(page.getByLabel("Note")).toHaveValue("");
    await expect(page.getByLabel("verdigris")).toBeChecked();
  });

  test.describe("when the server is gone", () => {
    // What was on its way when the server stopped, an icon for one, is reset, or ends in its midst or before it began;
    // what is asked for later is refused.
    test.use({
      allowedErrors: [/ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/],
    });

    test("the form stays with what was typed, and goes on when it is back", async ({ page, startServer }) => {
      const server = await startServer();
      await page.goto(`${server.url}/store`);
      await page.getByLabel("Name").fill("Ada");
      await press(page, "Save");
      await page.getByLabel("Note").fill("a long text");
      await server.stop();
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await expect(page.getByTestId("unsent")).toContainText("the server cannot be reached");
      await expect(page.getByTestId("unsent")).toBeInViewport();
      await expect(page.getByLabel("Note")).toHaveValue("a long text");
      await server.start();
      await press(page, "Save");
      await expect(page.getByTestId("unsent")).toHaveCount(0);
      await expect(page.getByTestId("report-data")).toContainText("changed, and kept: note");
      await page.goto("about:blank");
    });

    test("the account page and the race say so and stay", async ({ page, startServer }) => {
      const server = await startServer();
      const race = await page.context().newPage();
      await race.goto(`${server.url}/race`);
      await signIn(page, server.url);
      await server.stop();
      await page.getByRole("button", { name: /^Sign out/ }).click();
      await expect(page.getByTestId("unsent")).toContainText("the server cannot be reached");
      for (const from of ["this browser", "the server itself"]) {
        await race.getByRole("radio", { name: from }).check();
        await race.getByRole("button", { name: "Start the race" }).click();
        await expect(race.getByTestId("race-failure")).toContainText("he server cannot be reached.");
      }
      for (const open of [page, race]) await open.goto("about:blank");
    });
  });
});

test("a database file that is none is said to be unusable, and the log says why", async ({
  page,
  startServer,
}) => {
  const server = await startServer();
  await page.goto(`${server.url}/store`);
  await press(page, "Save");
  await page.goto("about:blank");
  await server.stop();
  const data = join(server.dataDir, ".data");
  for (const file of readdirSync(data).filter((name) => name.startsWith("sessions.db")))
    writeFileSync(join(data, file), "no database at all ".repeat(500));
  await server.start();
  await page.goto(`${server.url}/store`);
  await expect(page.getByTestId("store-health")).toHaveText(/^cannot be used \(\w+\)$/);
  await expect(page.getByTestId("store-down")).toContainText("database file");
  expect(server.log).toMatch(/^\[\w+\] .*not a SQLite database/m);
  await leaveFor(page, "about:blank");
});
