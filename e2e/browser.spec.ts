// What only a browser and a running server can tell: cookies as they are kept, two visitors, restarts, parallel requests.
import type { AppName } from "./support/apps.ts";
import { expect, test } from "./support/test.ts";
import { accessInStore, act, COOKIES, cookieOf, KINDS, plant, shown, sightIn } from "./support/visitor.ts";

const APPS: readonly AppName[] = ["edge", "proxy"];

for (const appName of APPS) {
  test.describe(`in ${appName}`, () => {
    test.use({ appName });

    test("the browser keeps the cookies with the flags that were meant", async ({ page, server }) => {
      for (const kind of KINDS) {
        await page.goto(`${server.url}/${kind}`);
        const response = await act(page, "save", "flags");
        await expect(shown(page, "component")).toContainText("flags");
        const lines = (await response.headersArray()).filter(
          ({ name }) => name.toLowerCase() === "set-cookie",
        );
        expect(lines.map(({ value }) => value).join("\n")).not.toMatch(/domain=/i);
      }
      const cookies = await page.context().cookies();
      const flags = { domain: "localhost", path: "/", expires: -1, httpOnly: true, secure: true };
      expect(
        cookies.map(({ value: _, ...rest }) => rest).sort((a, b) => (a.name < b.name ? -1 : 1)),
      ).toMatchObject([
        { ...flags, name: COOKIES.store, sameSite: "Lax" },
        { ...flags, name: COOKIES.cookie, sameSite: "Strict" },
      ]);
      expect(cookies).toHaveLength(2);
      for (const { name, value } of cookies) {
        expect(name.length + value.length).toBeLessThan(4096);
        expect(value).toMatch(/^[A-Za-z0-9_.~-]+$/);
      }
    });

    test("no script of the page can read the cookies", { tag: "@js" }, async ({ page, server }) => {
      for (const kind of KINDS) await plant(server, page.context(), kind, { idle: 300 });
      await page.goto(`${server.url}/store`);
      expect(await page.context().cookies()).toHaveLength(2);
      expect(await page.evaluate(() => document.cookie)).toBe("");
    });

    for (const kind of KINDS) {
      test(`remaining() tells the seconds that a ${kind} session has left, and extends nothing`, async ({
        page,
        server,
      }) => {
        const { id, value } = await plant(server, page.context(), kind, { idle: 600 });
        const accessed = kind === "store" ? await accessInStore(server, id) : undefined;
        for (let round = 0; round < 2; round++) {
          await page.goto(`${server.url}/api/remaining?kind=${kind}`);
          const { seconds } = JSON.parse((await page.locator("body").textContent()) ?? "");
          expect(seconds).toBeLessThanOrEqual(1200);
          expect(seconds).toBeGreaterThan(1100);
        }
        expect(await cookieOf(page.context(), kind)).toBe(value);
        if (kind === "store") expect(await accessInStore(server, id)).toBe(accessed);
      });
    }

    test("two browsers have nothing to do with each other", async ({ page, server, newVisitor }) => {
      const other = await newVisitor();
      for (const kind of KINDS) {
        for (const [visitor, note] of [
          [page, "mine"],
          [other, "yours"],
        ] as const) {
          await visitor.goto(`${server.url}/${kind}`);
          await act(visitor, "save", note);
          await expect(shown(visitor, "component")).toContainText(note);
        }
        await page.goto(`${server.url}/${kind}`);
        await other.goto(`${server.url}/${kind}`);
        const [mine, yours] = [await sightIn(page, "component"), await sightIn(other, "component")];
        expect(mine.data).toEqual({ note: "mine" });
        expect(yours.data).toEqual({ note: "yours" });
        expect(mine.id).not.toBe(yours.id);

        await act(other, "delete");
        await expect(shown(other, "component")).toContainText('"isNew":true');
        await page.reload();
        expect(await sightIn(page, "component")).toMatchObject({ id: mine.id, data: { note: "mine" } });
      }
    });

    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      test(`sessions survive a reload, and a restart of the server after ${signal}`, async ({
        page,
        startServer,
      }) => {
        const server = await startServer();
        const ids = new Map<string, string>();
        for (const kind of KINDS) {
          await page.goto(`${server.url}/${kind}`);
          await act(page, "save", "still here");
          await expect(shown(page, "component")).toContainText("still here");
          ids.set(kind, (await sightIn(page, "component")).id);
        }
        const expectAlive = async () => {
          for (const kind of KINDS) {
            await page.goto(`${server.url}/${kind}`);
            expect(await sightIn(page, "component")).toMatchObject({
              id: ids.get(kind),
              isNew: false,
              data: { note: "still here" },
            });
          }
        };
        await expectAlive();
        await page.goto("about:blank");
        await server.stop(signal);
        await server.start();
        await expectAlive();
        await act(page, "save", "and on");
        await expect(shown(page, "component")).toContainText("and on");
      });
    }

    test("twenty requests at once that change different keys lose none of them", { tag: "@js" }, async ({
      page,
      server,
    }) => {
      await plant(server, page.context(), "store", { idle: 0 }, { before: "kept" });
      await page.goto(`${server.url}/store`);
      const statuses = await page.evaluate(() =>
        Promise.all(
          Array.from({ length: 20 }, async (_, index) => {
            const response = await fetch("/api/session?kind=store&pause=100", {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify({ [`key${index}`]: index }),
            });
            return response.status;
          }),
        ),
      );
      expect(statuses).toEqual(Array(20).fill(200));
      await page.reload();
      const wanted = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key${index}`, index]));
      expect((await sightIn(page, "component")).data).toEqual({ before: "kept", ...wanted });
    });
  });
}
