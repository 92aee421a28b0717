// The demo on screens that are narrow, with letters that are large, and in colours that the system chooses.
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

test.use({ appName: "demo" });

async function save(page: Page, url: string, colour = "verdigris"): Promise<void> {
  await page.goto(`${url}/store`);
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel(colour).check();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("heading", { name: "What “Save” did" })).toBeVisible();
}

const colourOf = (page: Page, selector: string, pseudo?: string, property = "backgroundColor") =>
  page
    .locator(selector)
    .first()
    .evaluate(
      (element, [pseudo, property]) => getComputedStyle(element, pseudo)[property as "backgroundColor"],
      [pseudo, property] as const,
    );

test.describe("with JavaScript", { tag: "@js" }, () => {
  const SPACING =
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}";
  const SCREENS = [
    ["text spacing of WCAG 1.4.12", 320, SPACING],
    ["letters of 125 %", 320, "html{font-size:125%!important}"],
    ["letters of 150 %", 360, "html{font-size:150%!important}"],
    ["letters of 200 %", 640, "html{font-size:200%!important}"],
  ] as const;

  for (const [name, width, content] of SCREENS) {
    test(`no page scrolls sideways at ${width} px with ${name}`, async ({ page, server }) => {
      await page.setViewportSize({ width, height: 700 });
      for (const path of ["", "cookie", "store", "race", "login"]) {
        await page.goto(`${server.url}/${path}`);
        await page.addStyleTag({ content });
        expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(width);
      }
    });
  }

  test("the table of changes fits 320 px, and each value says of when it is", async ({ page, server }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await save(page, server.url);
    const table = page.getByRole("region", { name: "Changes of the data" });
    expect(await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    const labels = await table
      .locator("td")
      .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell, "::before").content));
    expect(labels).toEqual(['"Before"', '"After it"', '"Next request"']);
  });

  test("the dot of a store that is well does not take the session's red", async ({ page, server }) => {
    await save(page, server.url);
    const dot = () => colourOf(page, "[data-testid=store-health] span", "::before");
    const before = await dot();
    await save(page, server.url, "madder");
    expect(await dot()).toBe(before);
  });

  test("in forced colours what is full, chosen or current can be told from the rest", async ({
    page,
    server,
  }) => {
    await page.emulateMedia({ forcedColors: "active" });
    await save(page, server.url, "saffron");
    const canvas = await page.evaluate(() => {
      document.body.style.background = "Canvas";
      return getComputedStyle(document.body).backgroundColor;
    });
    expect(await colourOf(page, "[class*=cylinder] > [class*=liquid]")).not.toBe(canvas);
    expect(await colourOf(page, "[data-testid=store-health] span", "::before")).not.toBe(canvas);
    const swatches = await page
      .locator("[class*=swatch]")
      .evaluateAll((all) => all.map((swatch) => getComputedStyle(swatch).backgroundColor));
    expect(new Set(swatches).size).toBe(5);
    const link = (name: string) => `header nav a[href="/${name}"]`;
    expect(await colourOf(page, link("race"), undefined, "borderBottomColor")).toBe(canvas);
    expect(await colourOf(page, link("store"), undefined, "borderBottomColor")).not.toBe(canvas);
  });
});
