// Links that Next.js fetches before anybody follows them, as the real client does in production.
import type { Page, Request } from "@playwright/test";
import { APP_NAMES } from "./support/apps.ts";
import { expect, test } from "./support/test.ts";
import { accessInStore, cookieOf, cookiesSetBy, KINDS, plant, shown } from "./support/visitor.ts";

/** Collects what a page fetches by itself. */
class Prefetches {
  /** Next.js lets go of some answers before their end, which the browser calls a failure. */
  readonly ended: Request[] = [];
  #started = 0;

  constructor(page: Page) {
    page.on("request", () => this.#started++);
    page.on("requestfinished", (request) => this.ended.push(request));
    page.on("requestfailed", (request) => this.ended.push(request));
  }

  /** Resolves once each of the paths was fetched and nothing is under way. */
  async settled(...paths: string[]): Promise<void> {
    const fetched = () => this.ended.map((request) => new URL(request.url()).pathname);
    await expect.poll(fetched).toEqual(expect.arrayContaining(paths));
    await expect.poll(() => this.#started - this.ended.length).toBe(0);
  }

  /** Those that Next.js says are prefetches, and the others. */
  get marked(): boolean[] {
    const pages = this.ended.filter((request) => !new URL(request.url()).pathname.startsWith("/_next/"));
    return pages.map((request) => request.headers()["next-router-prefetch"] !== undefined);
  }
}

for (const appName of APP_NAMES.filter((name) => name !== "demo")) {
  test.describe(`prefetching in ${appName}`, { tag: "@js" }, () => {
    test.use({ appName });

    for (const kind of KINDS) {
      const paths = [`/${kind}/landing`, `/protected/${kind}`];

      test(`does not extend a ${kind} session; following the link does`, async ({ page, server }) => {
        const context = page.context();
        await page.goto(`${server.url}/${kind}/links`);
        const prefetches = new Prefetches(page);
        const { id, value } = await plant(server, context, kind, { idle: 600 }, { note: "asleep" });
        const accessed = kind === "store" ? await accessInStore(server, id) : undefined;

        await page.getByRole("button", { name: "show the links" }).click();
        await prefetches.settled(...paths);
        await page.getByRole("link", { name: "protected" }).hover();
        await prefetches.settled(...paths);
        for (const request of prefetches.ended) {
          expect(await cookiesSetBy(await request.response(), kind), request.url()).toEqual([]);
        }
        expect(prefetches.marked).not.toContain(false);
        expect(await cookieOf(context, kind)).toBe(value);
        if (kind === "store") expect(await accessInStore(server, id)).toBe(accessed);

        await page.getByRole("link", { name: "protected" }).click();
        await expect(page.getByRole("heading", { name: "behind the door" })).toBeVisible();
        await expect.poll(() => cookieOf(context, kind)).not.toBe(value);
        if (kind === "store") expect(await accessInStore(server, id)).toBeGreaterThan(accessed!);
      });

      test(`does not end a ${kind} session that is over; following the link does, and tells the reason`, async ({
        page,
        server,
      }) => {
        await page.goto(`${server.url}/${kind}/links`);
        await page.evaluate(() => Object.assign(window, { sameDocument: true }));
        const prefetches = new Prefetches(page);
        const { value } = await plant(server, page.context(), kind, { idle: 4000 });
        await page.getByRole("button", { name: "show the links" }).click();
        await prefetches.settled(...paths);
        for (const request of prefetches.ended) {
          expect(await cookiesSetBy(await request.response(), kind), request.url()).toEqual([]);
        }
        expect(await cookieOf(page.context(), kind)).toBe(value);

        await page.getByRole("link", { name: "protected" }).click();
        await expect(page.getByRole("heading", { name: "in front of the door" })).toBeVisible();
        await expect(shown(page, "reason")).toHaveText("idle");
        expect(page.url()).toBe(`${server.url}/login?reason=idle`);
        expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
      });

      // <Link prefetch> fetches the whole page. Next.js 16.4 marks that as a prefetch with Cache Components only;
      // without them the request is the same as if somebody had followed the link, and nothing can tell them apart.
      const marked = appName.endsWith("-cache");
      test(`of whole pages ${marked ? "does not extend" : "extends"} a ${kind} session`, async ({
        page,
        server,
      }) => {
        const context = page.context();
        await page.goto(`${server.url}/${kind}/links`);
        const prefetches = new Prefetches(page);
        const { id, value } = await plant(server, context, kind, { idle: 600 });
        const accessed = kind === "store" ? await accessInStore(server, id) : undefined;
        await page.getByRole("button", { name: "show the eager links" }).click();
        await prefetches.settled(...paths);
        if (marked) {
          expect(prefetches.marked).not.toContain(false);
          expect(await cookieOf(context, kind)).toBe(value);
          // These render the page, which asks for the session in its components.
          if (kind === "store") expect(await accessInStore(server, id)).toBe(accessed);
        } else {
          await expect.poll(() => prefetches.marked).toContain(false);
          await expect.poll(() => cookieOf(context, kind)).not.toBe(value);
        }
      });
    }
  });
}
