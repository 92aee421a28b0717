// The account page: which browsers a user is signed in with, and ending them from any of them.
import type { Locator, Page } from "@playwright/test";
import { expectAccessible, hasCookie, signIn, tabTo } from "./support/demo.ts";
import { expect, test } from "./support/test.ts";

test.use({ appName: "demo" });

const rows = (page: Page): Locator => page.getByTestId("session");
const thisOne = (page: Page): Locator => page.locator("[data-testid=session][data-this-one]");
const others = (page: Page): Locator => page.locator("[data-testid=session]:not([data-this-one])");
const idOf = async (row: Locator) => (await row.getAttribute("data-id")) ?? "";

/** How long ago a row says that its browser was last seen. */
async function secondsAgo(row: Locator): Promise<number> {
  const text = (await row.getByTestId("session-last-seen").textContent()) ?? "";
  return text === "just now" ? 0 : Number(/^(\d+) s ago$/.exec(text)?.[1]);
}

/** Its next request ends on the login page, which says that the session was ended elsewhere. */
async function expectSignedOut(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/account`);
  await expect(page.getByTestId("reason")).toHaveAttribute("data-reason", "revoked");
  await expect(page).toHaveURL(/\/login\?/);
}

async function expectSignedIn(page: Page, url: string, name = "Ada"): Promise<void> {
  await page.goto(`${url}/account`);
  await expect(page.getByRole("heading", { name: `Good to see you, ${name}` })).toBeVisible();
}

test("lists every browser of this user, when it signed in and was last seen, and marks this one", async ({
  page,
  startServer,
  newVisitor,
}) => {
  // Reads are written down every four seconds.
  const server = await startServer({ SESSION_TIMEOUT: "40" });
  const before = Date.now();
  const [other, stranger] = [await newVisitor(), await newVisitor()];
  await signIn(other, server.url);
  await signIn(stranger, server.url, "Bo Thistle");
  await page.waitForTimeout(4500);
  await signIn(page, server.url);

  await expect(rows(page)).toHaveCount(2);
  await expect(thisOne(page)).toHaveCount(1);
  await expect(rows(page).first()).toContainText("this one");
  await expect(thisOne(page).getByTestId("session-last-seen")).toHaveText("now");
  await expect(others(page)).not.toContainText("this one");
  expect(await secondsAgo(others(page))).toBeGreaterThanOrEqual(4);
  for (const row of await rows(page).all()) {
    await expect(row).toContainText(/Chrome .*on Linux/);
    const since = Date.parse((await row.locator("time").getAttribute("datetime")) ?? "");
    expect(since).toBeGreaterThanOrEqual(before);
    expect(since).toBeLessThanOrEqual(Date.now());
    await expect(row.getByRole("button")).toHaveAccessibleName(
      /^Sign out Chrome .*on Linux (this one )?\d+ \w+, \d\d:\d\d:\d\d UTC$/,
    );
  }

  const names = await rows(page)
    .getByRole("button")
    .evaluateAll((buttons) =>
      buttons.map((button) =>
        (button.getAttribute("aria-labelledby") ?? "")
          .split(" ")
          .map((id) => document.getElementById(id)?.textContent)
          .join(" "),
      ),
    );
  expect(new Set(names).size, names.join(" | ")).toBe(2);

  // The other one sees the same, from its side; and is seen.
  const visited = Date.now();
  await expectSignedIn(other, server.url);
  await expect(rows(other)).toHaveCount(2);
  expect(await idOf(thisOne(other))).toBe(await idOf(others(page)));
  await page.goto(`${server.url}/account`);
  expect(await secondsAgo(others(page))).toBeLessThanOrEqual((Date.now() - visited) / 1000);
});

test("“Sign out” on a row ends that session and no other, and its browser finds out at its next request", async ({
  page,
  startServer,
  newVisitor,
}) => {
  const { url } = await startServer({});
  const [second, third] = [await newVisitor(), await newVisitor()];
  await signIn(page, url);
  await signIn(second, url);
  const ended = await idOf(thisOne(second));
  await signIn(third, url);
  await page.goto(`${url}/account`);
  await expect(rows(page)).toHaveCount(3);

  await page.locator(`[data-id="${ended}"]`).getByRole("button").click();
  await expect(page.getByTestId("ended")).toHaveAttribute("data-count", "1");
  await expect(page.getByTestId("ended")).toBeFocused();
  await expect(rows(page)).toHaveCount(2);
  await expect(page.locator(`[data-id="${ended}"]`)).toHaveCount(0);

  await expectSignedOut(second, url);
  await expectSignedIn(third, url);
  await expectSignedIn(page, url);
});

test("“Sign out everywhere else” leaves this browser, and other users, signed in", async ({
  page,
  startServer,
  newVisitor,
}) => {
  const { url } = await startServer({});
  const visitors = [await newVisitor(), await newVisitor(), await newVisitor()];
  for (const visitor of visitors) await signIn(visitor, url);
  const bo = await newVisitor();
  await signIn(bo, url, "Bo Thistle");
  await signIn(page, url);
  const own = await idOf(thisOne(page));

  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(page.getByTestId("ended")).toHaveAttribute("data-count", "3");
  await expect(rows(page)).toHaveCount(1);
  expect(await idOf(thisOne(page))).toBe(own);
  await expect(page.getByTestId("no-others")).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign out everywhere else" })).toHaveCount(0);

  for (const visitor of visitors) await expectSignedOut(visitor, url);
  await expectSignedIn(page, url);
  await expectSignedIn(bo, url, "Bo");
});

test("“Sign out” on this one leads to the login page and leaves the other browser alone", async ({
  page,
  startServer,
  newVisitor,
}) => {
  const { url } = await startServer({});
  const other = await newVisitor();
  await signIn(other, url);
  await signIn(page, url);
  await thisOne(page).getByRole("button").click();
  await expect(page.getByTestId("reason")).toHaveAttribute("data-reason", "signed-out");
  expect(await hasCookie(page, "store")).toBe(false);
  await expectSignedIn(other, url);
  await expect(rows(other)).toHaveCount(1);
});

test("a row that is stale by now ends nothing, and the page says so", async ({
  page,
  startServer,
  newVisitor,
}) => {
  const { url } = await startServer({});
  const other = await newVisitor();
  await signIn(other, url);
  await signIn(page, url);
  await thisOne(other).getByRole("button").click();
  await expect(other.getByTestId("reason")).toHaveAttribute("data-reason", "signed-out");

  await others(page).getByRole("button").click();
  await expect(page.getByTestId("ended")).toHaveAttribute("data-count", "0");
  await expect(page.getByTestId("ended")).toContainText("over already");
  await expect(rows(page)).toHaveCount(1);
});

test("where the longest time is the nearer limit, the page does not say that a request moves it", async ({
  page,
  startServer,
}) => {
  const { url } = await startServer({ SESSION_TIMEOUT: "600", SESSION_ABSOLUTE_TIMEOUT: "300" });
  await signIn(page, url);
  const clock = page.getByRole("region", { name: "Time left" });
  await expect(clock).toContainText("No request of yours moves it.");
  await expect(clock).not.toContainText("sets it again");
  await expect(thisOne(page).getByTestId("session-ends")).toContainText("used or not");
  await page.goto(`${url}/store`);
  await expect(page.getByText("the other limit comes first")).toBeVisible();
});

test.describe("with JavaScript", { tag: "@js" }, () => {
  test("the id of somebody else's session, put into the form, ends nothing", async ({
    page,
    startServer,
    newVisitor,
  }) => {
    const { url } = await startServer({});
    const [bo, other] = [await newVisitor(), await newVisitor()];
    await signIn(bo, url, "Bo Thistle");
    await signIn(other, url);
    await signIn(page, url);
    const button = others(page).getByRole("button");
    await button.evaluate((element, id) => element.setAttribute("value", id), await idOf(thisOne(bo)));
    await button.click();
    await expect(page.getByTestId("ended")).toHaveAttribute("data-count", "0");
    await expectSignedIn(bo, url, "Bo");
    await expectSignedIn(other, url);
  });

  test("ending sessions works with the keyboard alone", async ({ page, startServer, newVisitor }) => {
    const { url } = await startServer({});
    const visitors = [await newVisitor(), await newVisitor()];
    for (const visitor of visitors) await signIn(visitor, url);
    await signIn(page, url);
    await page.goto(`${url}/account`);
    // The first is this one; the next row's button ends another.
    await tabTo(page, "Sign out");
    await tabTo(page, "Sign out");
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("ended")).toBeFocused();
    await expect(rows(page)).toHaveCount(2);
    // On from there: this one, the other one, everywhere else.
    const passed = await tabTo(page, "Sign out everywhere else");
    expect(passed.filter((name) => name === "Sign out")).toHaveLength(2);
    await page.keyboard.press("Space");
    await expect(page.getByTestId("no-others")).toBeVisible();
    for (const visitor of visitors) await expectSignedOut(visitor, url);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`the list, and what was ended, are accessible in ${colorScheme} and fit a narrow screen`, async ({
      page,
      startServer,
      newVisitor,
    }) => {
      const { url } = await startServer({});
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (let count = 0; count < 3; count++) await signIn(await newVisitor(), url);
      await signIn(page, url);
      await others(page).first().getByRole("button").click();
      await expect(page.getByTestId("ended")).toBeVisible();
      await expect(rows(page)).toHaveCount(3);
      await expectAccessible(page, `account-sessions-${colorScheme}`);
    });
  }
});
