// The race page: what it draws must be what happened, whoever sends the requests.
import type { Locator, Page } from "@playwright/test";
import { expectAccessible, hasCookie, signIn, tabTo } from "./support/demo.ts";
import { expect, test } from "./support/test.ts";
import { recordCount } from "./support/visitor.ts";

test.use({ appName: "demo" });

const LANES = ["plain", "keys", "update", "cookie"] as const;
/** A race with others on a busy machine takes its time. */
const OVER = { timeout: 30_000 };

async function race(page: Page, from: "this browser" | "the server itself", entrants: number): Promise<void> {
  await page.getByRole("radio", { name: String(entrants), exact: true }).check();
  await page.getByRole("radio", { name: from }).check();
  await page.getByRole("button", { name: "Start the race" }).click();
  await expect(page.getByTestId("race-verdict")).toHaveAttribute("data-entrants", String(entrants), OVER);
}

/** What a lane says of itself in figures. */
async function figuresOf(lane: Locator) {
  const number = async (name: string) => Number(await lane.getAttribute(`data-${name}`));
  return {
    survived: await number("survived"),
    lost: await number("lost"),
    conflicts: await number("conflicts"),
  };
}

/** Picture, caption, sentence and table are four ways to say the same. */
async function expectConsistent(page: Page, entrants: number): Promise<void> {
  for (const name of LANES) {
    const lane = page.getByTestId(`lane-${name}`);
    const { survived, lost } = await figuresOf(lane);
    expect(survived + lost, name).toBe(entrants);
    await expect(lane.getByTestId("mark")).toHaveCount(entrants);
    await expect(lane.locator("[data-testid=mark][data-survived]")).toHaveCount(survived);
    await expect(lane.getByRole("img")).toHaveAccessibleName(
      `${entrants} requests in the order of finishing: ${survived} survived, ${lost} lost.`,
    );
    await expect(lane).toContainText(new RegExp(`${survived} of ${entrants} (increments|keys) survived`));
    await lane.getByText("Request by request").click();
    const outcomes = await lane.locator("tbody td:last-child").allTextContents();
    expect(
      outcomes.filter((outcome) => outcome === "survived"),
      name,
    ).toHaveLength(survived);
    expect(
      outcomes.filter((outcome) => outcome === "lost"),
      name,
    ).toHaveLength(lost);
  }
}

/** What each lane is there to show. */
async function expectLesson(page: Page, entrants: number): Promise<void> {
  const [plain, keys, update, cookie] = await Promise.all(
    LANES.map((name) => figuresOf(page.getByTestId(`lane-${name}`))),
  );
  // Where some were lost the library has reported it, and never fewer times than there were losses.
  expect(plain!.lost).toBeGreaterThan(0);
  expect(plain!.conflicts).toBeGreaterThanOrEqual(plain!.lost);
  expect(keys).toMatchObject({ survived: entrants, lost: 0, conflicts: 0 });
  expect(update).toMatchObject({ survived: entrants, lost: 0, conflicts: 0 });
  // No store, nobody who could notice.
  expect(cookie!.lost).toBeGreaterThan(0);
  expect(cookie!.conflicts).toBe(0);
  await expect(page.getByTestId("race-verdict")).toContainText(
    `Of ${entrants} increments, ${plain!.survived} survived a plain save and ${entrants} survived update().`,
  );
}

test("before a race nothing is claimed", async ({ page, server }) => {
  await page.goto(`${server.url}/race`);
  await expect(page.getByText("Nothing has been run yet.")).toBeVisible();
  await expect(page.getByTestId("lanes").getByText("not run yet")).toHaveCount(LANES.length);
  await expect(page.getByTestId("mark")).toHaveCount(0);
  expect(await page.context().cookies()).toEqual([]);
});

test("a race that the server runs shows what survived with update() and without", async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/race`);
  await race(page, "the server itself", 24);
  await expect(page.getByTestId("race-verdict")).toHaveAttribute("data-from", "server");
  await expectLesson(page, 24);
  await expectConsistent(page, 24);
});

test("a drop that survived does not look like one that was lost", async ({ page, server }) => {
  await page.goto(`${server.url}/race`);
  await race(page, "the server itself", 24);
  const backgroundOf = (selector: string) =>
    page
      .getByTestId("lane-plain")
      .locator(selector)
      .first()
      .locator("> :first-child")
      .evaluate((drop) => getComputedStyle(drop).backgroundColor);
  const full = await backgroundOf("[data-testid=mark][data-survived]");
  const hollow = await backgroundOf("[data-testid=mark]:not([data-survived])");
  expect(full).not.toBe(hollow);
  // The legend says which is which.
  const legend = page.getByTestId("race-legend");
  await expect(legend).toContainText("survived");
  expect(
    await legend.locator("[data-survived]").evaluate((drop) => getComputedStyle(drop).backgroundColor),
  ).toBe(full);
});

test("a race leaves no record and no cookie, and the visitor signed in as before", async ({
  page,
  startServer,
}) => {
  const server = await startServer({});
  await signIn(page, server.url);
  await page.goto(`${server.url}/race`);
  await race(page, "the server itself", 8);
  expect(recordCount(server)).toBe(1);
  expect(await hasCookie(page, "race.store")).toBe(false);
  await page.goto(`${server.url}/account`);
  await expect(page.getByRole("heading", { name: "Good to see you, Ada" })).toBeVisible();
});

test.describe("with JavaScript", { tag: "@js" }, () => {
  test("this browser races with requests of its own, one for each entrant", async ({ page, startServer }) => {
    const server = await startServer({});
    const laps = new Map<string, number>();
    page.on("request", (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname !== "/api/race" || searchParams.get("step") !== "lap") return;
      const lane = searchParams.get("lane") ?? "";
      laps.set(lane, (laps.get(lane) ?? 0) + 1);
    });
    await page.goto(`${server.url}/race`);
    await race(page, "this browser", 24);
    await expect(page.getByTestId("race-verdict")).toHaveAttribute("data-from", "browser");
    // Six more warm the first lane up.
    expect(Object.fromEntries(laps)).toEqual({ plain: 30, keys: 24, update: 24, cookie: 24 });
    await expectLesson(page, 24);
    await expectConsistent(page, 24);
    expect(recordCount(server)).toBe(0);
    expect(await page.context().cookies()).toEqual([]);
  });

  test.describe("without cookies", () => {
    // The browser itself reports the refused requests.
    test.use({ allowedErrors: [/status of 409/] });

    test("the race is stopped, and says why", async ({ page, server }) => {
      // As a browser takes the answer that keeps no cookies.
      await page.route("**/api/race?*step=start*", (route) => route.fulfill({ status: 204 }));
      await page.goto(`${server.url}/race`);
      await page.getByRole("radio", { name: "8", exact: true }).check();
      await page.getByRole("button", { name: "Start the race" }).click();
      await expect(page.getByTestId("race-failure")).toContainText("brought no race session");
      await expect(page.getByRole("button", { name: "Start the race" })).toHaveAttribute(
        "aria-busy",
        "false",
      );
    });
  });

  test.describe("in two tabs", () => {
    test.use({ allowedErrors: [/status of 409/] });

    test("the race whose session another has taken over is stopped, and gives no number", async ({
      page,
      server,
    }) => {
      const other = await page.context().newPage();
      await other.goto(`${server.url}/race`);
      let begun = false;
      // When all laps are run, and before they are counted.
      await page.route("**/api/race?*step=finish*", async (route) => {
        if (!begun) {
          begun = true;
          const start = "/api/race?lane=plain&heat=1&step=start";
          await other.evaluate((address) => fetch(address, { method: "POST" }), start);
        }
        await route.continue();
      });
      await page.goto(`${server.url}/race`);
      await page.getByRole("radio", { name: "8", exact: true }).check();
      await page.getByRole("button", { name: "Start the race" }).click();
      await expect(page.getByTestId("race-failure")).toContainText("Another tab of this browser");
      await expect(page.getByTestId("race-verdict")).toHaveCount(0);
    });
  });

  test("a race can be run with the keyboard alone", async ({ page, server }) => {
    await page.goto(`${server.url}/race`);
    await tabTo(page, "24");
    await page.keyboard.press("ArrowLeft");
    await expect(page.getByRole("radio", { name: "8", exact: true })).toBeChecked();
    await tabTo(page, "Start the race");
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("race-verdict")).toHaveAttribute("data-entrants", "8", OVER);
    // What scrolls, and what folds out, can be reached as well.
    await tabTo(page, "Request by request");
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("lane-plain").locator("tbody tr")).toHaveCount(8);
    await expect(page.getByTestId("lane-plain").getByRole("table")).toBeVisible();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`a race that is over is accessible in ${colorScheme}, and fits a narrow screen`, async ({
      page,
      server,
    }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.goto(`${server.url}/race`);
      await race(page, "this browser", 64);
      await page.getByTestId("lane-update").getByText("Request by request").click();
      await expectAccessible(page, `race-over-${colorScheme}`);
    });
  }
});
