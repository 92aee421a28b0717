// What the tests of the demo do in several files.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

export async function signIn(page: Page, url: string, who = "Ada Kettle"): Promise<void> {
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: `Sign in as ${who}` }).click();
  await expect(page.getByRole("heading", { name: `Good to see you, ${who.split(" ")[0]}` })).toBeVisible();
}

/** Of a page that loads itself anew every two seconds. Where it is just about to, that aborts the way to another. */
export async function leaveFor(page: Page, url: string): Promise<void> {
  await expect(async () => void (await page.goto(url))).toPass({ timeout: 10_000 });
}

export async function hasCookie(page: Page, name: string): Promise<boolean> {
  return (await page.context().cookies()).some((cookie) => cookie.name === `demo.${name}`);
}

/** No finding of axe, no scrolling sideways at 360 pixels, and pictures of both widths to look at. */
export async function expectAccessible(page: Page, picture: string): Promise<void> {
  // Next streams it behind the page.
  await expect(page).toHaveTitle(/./);
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  expect(told).toEqual([]);
  await page.screenshot({ path: `e2e/screenshots/${picture}.png`, fullPage: true });

  await page.setViewportSize({ width: 360, height: 740 });
  const widths = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  expect(widths).toEqual({ scrollWidth: 360, clientWidth: 360 });
  await page.screenshot({ path: `e2e/screenshots/${picture}-360.png`, fullPage: true });
}

/** Presses Tab until the element of that name has the focus; gives the names on the way. Each must show its focus. */
export async function tabTo(page: Page, wanted: string): Promise<string[]> {
  const names: string[] = [];
  for (let count = 0; count < 80; count++) {
    await page.keyboard.press("Tab");
    const { name, outlined } = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const shown = [element, element.closest("label"), ...(element.closest("label")?.children ?? [])];
      const outlined = shown.some((one) => {
        const { outlineStyle, boxShadow } = one
          ? getComputedStyle(one)
          : { outlineStyle: "none", boxShadow: "none" };
        return outlineStyle !== "none" || boxShadow !== "none";
      });
      const text = (element as HTMLInputElement).labels?.[0]?.textContent ?? element.textContent ?? "";
      return { name: element.ariaLabel ?? text.trim().split("\n", 1)[0]?.trim() ?? "", outlined };
    });
    // A date field has several stops inside: of those, Chromium marks the one that has the focus by itself.
    if (name !== names.at(-1)) expect(outlined, `the focus on "${name}" can be seen`).toBe(true);
    names.push(name);
    if (name === wanted) return names;
  }
  throw new Error(`Tab does not reach "${wanted}"; it reaches ${names.join(", ")}`);
}
