// The guard in middleware.ts on the Edge, in middleware.ts on Node, and in proxy.ts.
import type { AppName } from "./support/apps.ts";
import { expect, test } from "./support/test.ts";
import {
  accessInStore,
  act,
  COOKIES,
  cookieFor,
  cookieOf,
  cookiesSetBy,
  fingerprint,
  KINDS,
  plant,
  reportOf,
  shown,
  sightIn,
  sightInBody,
} from "./support/visitor.ts";

const APPS: ReadonlyArray<[AppName, { tag: string[] }]> = [
  ["edge", { tag: [] }],
  ["node", { tag: [] }],
  ["proxy", { tag: [] }],
  ["edge-cache", { tag: ["@js"] }],
  ["proxy-cache", { tag: ["@js"] }],
];

for (const [appName, tags] of APPS) {
  const onEdge = appName.startsWith("edge");

  for (const kind of KINDS) {
    test.describe(`the guard of ${appName}, ${kind} session`, tags, () => {
      test.use({ appName });

      test("refreshes a cookie that is due, and layout, component and metadata see the new one", async ({
        page,
        server,
      }) => {
        const { id, value } = await plant(server, page.context(), kind, { idle: 300 }, { note: "here" });
        const response = await page.goto(`${server.url}/${kind}`);
        const set = await cookiesSetBy(response, kind);
        expect(set).toHaveLength(1);
        expect(set[0]).not.toBe(value);
        expect(await cookieOf(page.context(), kind)).toBe(set[0]);
        for (const where of ["layout", "component"] as const) {
          expect(await sightIn(page, where)).toMatchObject({
            id,
            cookieBefore: fingerprint(set[0]),
            isNew: false,
          });
        }
        expect(response?.headers()["cache-control"]).toBe("private, no-store");
        if (kind === "store") expect(Date.now() - (await accessInStore(server, id))!).toBeLessThan(30_000);
      });

      test("refreshes a cookie that is due, and an action and its render see the new one", async ({
        page,
        server,
      }) => {
        await page.goto(`${server.url}/${kind}`);
        const { id, value } = await plant(server, page.context(), kind, { idle: 300 }, { note: "here" });
        const response = await act(page, "look");
        const set = await cookiesSetBy(response, kind);
        expect(set[0]).not.toBe(value);
        const action = await reportOf(page);
        expect(action).toMatchObject({ id, cookieBefore: fingerprint(set[0]), isNew: false });
        await expect(shown(page, "component")).toContainText(id);
        const component = await sightIn(page, "component");
        expect(component).toMatchObject({ tag: action.tag, cookie: fingerprint(set.at(-1)) });
        expect(await cookieOf(page.context(), kind)).toBe(set.at(-1));
      });

      test("refreshes a cookie that is due, and a route handler sees the new one", async ({
        page,
        server,
      }) => {
        const { id, value } = await plant(server, page.context(), kind, { idle: 300 }, { note: "here" });
        const response = await page.goto(`${server.url}/api/session?kind=${kind}`);
        const set = await cookiesSetBy(response, kind);
        expect(set[0]).not.toBe(value);
        const handler = await sightInBody(page);
        expect(handler).toMatchObject({ id, cookieBefore: fingerprint(set[0]), data: { note: "here" } });
        expect(handler.cookie).toBe(fingerprint(set.at(-1)));
        expect(await cookieOf(page.context(), kind)).toBe(set.at(-1));
        expect(response?.headers()["cache-control"]).toBe("private, no-store");
      });

      test("leaves lastAccessed what it was before this request", async ({ page, server }) => {
        // Known deviation from the contract: where the guard has written the access of this very request down, into
        // the cookie or the record, the session cannot tell any more when the one before it was.
        test.fail(!(onEdge && kind === "store"), "lastAccessed is the access of this request");
        await plant(server, page.context(), kind, { idle: 300 });
        await page.goto(`${server.url}/${kind}`);
        const { lastAccessed } = await sightIn(page, "component");
        expect(Math.round((Date.now() - lastAccessed!) / 60_000)).toBe(5);
      });

      test("leaves a cookie alone that was refreshed a moment ago", async ({ page, server }) => {
        const { value } = await plant(server, page.context(), kind, { idle: 5 });
        const response = await page.goto(`${server.url}/${kind}`);
        expect(await cookiesSetBy(response, kind)).toEqual([]);
        expect(await cookieOf(page.context(), kind)).toBe(value);
      });

      test("keeps a refreshed cookie out of shared caches, on a static page above all", async ({
        page,
        server,
      }) => {
        const untouched = await page.goto(`${server.url}/`);
        expect(untouched?.headers()["cache-control"]).toContain("s-maxage");
        await plant(server, page.context(), kind, { idle: 300 });
        const response = await page.goto(`${server.url}/`);
        await expect(page.getByRole("heading", { name: "static" })).toBeVisible();
        expect(await cookiesSetBy(response, kind)).toHaveLength(1);
        expect(response?.headers()["cache-control"]).toBe("private, no-store");
      });

      test("lets a living session in, and sends everybody else to the login page with the reason", async ({
        page,
        server,
      }) => {
        const context = page.context();
        const door = `${server.url}/protected/${kind}`;
        const expectTurnedAway = async (reason: string) => {
          await page.goto(door);
          expect(page.url()).toBe(`${server.url}/login?reason=${reason}`);
          await expect(shown(page, "reason")).toHaveText(reason);
          await expect(page.getByText("behind the door")).toBeHidden();
          expect(await cookieOf(context, kind)).toBeUndefined();
        };

        await expectTurnedAway("missing");
        const { value } = await plant(server, context, kind, { idle: 60 });
        await page.goto(door);
        await expect(page.getByRole("heading", { name: "behind the door" })).toBeVisible();

        await plant(server, context, kind, { idle: 1800 + 61 });
        await expectTurnedAway("idle");
        await plant(server, context, kind, { idle: 1800 + 58 });
        await page.goto(door);
        await expect(page.getByRole("heading", { name: "behind the door" })).toBeVisible();
        await plant(server, context, kind, { idle: 60, created: 28_801 });
        await expectTurnedAway("absolute");

        const forged = value.slice(0, -1) + (value.endsWith("A") ? "B" : "A");
        for (const garbage of [forged, value.slice(0, 20), "garbage", "x".repeat(4000)]) {
          await context.addCookies([cookieFor(kind, garbage)]);
          await expectTurnedAway("invalid");
        }
      });

      test("is not talked round by headers that a client makes up", { tag: "@js" }, async ({
        page,
        server,
        request,
      }) => {
        const { value: living } = await plant(server, page.context(), kind, { idle: 0 });
        const { value: over } = await plant(server, page.context(), kind, { idle: 4000 });
        const name = COOKIES[kind];
        const door = `${server.url}/protected/${kind}`;
        const inside = await request.get(door, { headers: { cookie: `${name}=${living}` } });
        expect(await inside.text()).toContain("behind the door");

        const spoofs: Record<string, string>[] = [
          {},
          { purpose: "prefetch" },
          { "sec-purpose": "prefetch;prerender" },
          { "next-router-prefetch": "1" },
          { "next-router-prefetch": "1", rsc: "1" },
          { "next-router-segment-prefetch": "/_tree", "next-router-prefetch": "1", rsc: "1" },
          { rsc: "1" },
          { "x-next-beaker-prefetch": "1" },
          { "x-action-redirect": "/" },
          { "x-action-redirect": "/", "x-next-beaker-prefetch": "1", rsc: "1" },
          { "x-middleware-next": "1" },
          {
            "x-middleware-subrequest": Array(6)
              .fill(appName === "proxy" ? "proxy" : "middleware")
              .join(":"),
          },
          { "x-middleware-rewrite": door },
          { "x-middleware-invoke": "0" },
          { "x-middleware-override-headers": "cookie", "x-middleware-request-cookie": `${name}=${living}` },
          { "x-middleware-set-cookie": `${name}=${living}` },
          { "next-action": "0".repeat(42) },
        ];
        for (const spoof of spoofs) {
          for (const cookie of [undefined, `${name}=${over}`, `${name}=forged`]) {
            const headers = { ...spoof, ...(cookie ? { cookie } : {}) };
            const told = `${JSON.stringify(spoof)} with cookie ${cookie?.slice(0, 40)}`;
            const answer = await request.get(door, { headers, maxRedirects: 0 });
            expect.soft(await answer.text(), told).not.toContain("behind the door");
            expect.soft(answer.status(), told).toBe(307);
            const followed = await request.get(door, { headers });
            expect.soft(await followed.text(), told).not.toContain("behind the door");
          }
        }
      });
    });
  }

  test.describe(`the guard of ${appName}`, tags, () => {
    test.use({ appName });

    test("ends an idle session, and the browser lands on the login page with the reason", async ({
      page,
      startServer,
      newVisitor,
    }) => {
      const server = await startServer({ SESSION_TIMEOUT: "2" });
      const visits = [
        { kind: "store", page },
        { kind: "cookie", page: await newVisitor() },
      ] as const;
      for (const { kind, page } of visits) {
        await page.goto(`${server.url}/${kind}`);
        await act(page, "save", "soon over");
        await expect(shown(page, "component")).toContainText("soon over");
        await page.goto(`${server.url}/protected/${kind}`);
        await expect(page.getByRole("heading", { name: "behind the door" })).toBeVisible();
      }
      // The timeout itself is the subject: 2 s and the 0.2 s of touchInterval.
      await page.waitForTimeout(2300);
      for (const { kind, page } of visits) {
        const left = await page.request.get(`${server.url}/api/remaining?kind=${kind}`);
        expect(await left.json()).toEqual({ seconds: 0 });
        await page.goto(`${server.url}/protected/${kind}`);
        expect(page.url()).toBe(`${server.url}/login?reason=idle`);
        await expect(shown(page, "reason")).toHaveText("idle");
        expect(await cookieOf(page.context(), kind)).toBeUndefined();
      }
    });

    test("keeps a session alive by use, and ends it at its absolute limit all the same", async ({
      page,
      startServer,
    }) => {
      const server = await startServer({ SESSION_TIMEOUT: "2", SESSION_ABSOLUTE_TIMEOUT: "4" });
      for (const kind of KINDS) {
        await page.goto(`${server.url}/${kind}`);
        await act(page, "save", "in use");
        await expect(shown(page, "component")).toContainText("in use");
        const { created } = await sightIn(page, "component");
        await expect
          .poll(() => page.goto(`${server.url}/protected/${kind}`).then(() => page.url()), {
            intervals: [300],
          })
          .toContain("/login");
        expect(page.url()).toBe(`${server.url}/login?reason=absolute`);
        expect(Date.now() - created).toBeGreaterThan(4000);
      }
    });

    test("knows what the runtime lets it know of a record that was deleted elsewhere", async ({
      page,
      server,
    }) => {
      const { id } = await plant(server, page.context(), "store", { idle: 5 });
      const copies = await page.context().cookies();
      await page.goto(`${server.url}/store`);
      await act(page, "delete");
      await expect(shown(page, "component")).toContainText('"isNew":true');
      expect(await accessInStore(server, id)).toBeUndefined();

      await page.context().addCookies(copies);
      await page.goto(`${server.url}/protected/store`);
      if (onEdge) {
        // The Edge judges by the signed stamps alone; the store has the last word where the page asks it.
        await expect(page.getByRole("heading", { name: "behind the door" })).toBeVisible();
        expect(await sightIn(page, "component")).toMatchObject({ isNew: true, data: {} });
      } else {
        expect(page.url()).toBe(`${server.url}/login?reason=revoked`);
      }
    });
  });
}
