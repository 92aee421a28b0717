// getSession() in components, layouts, metadata, actions, route handlers, and the render after an action.
import type { AppName } from "./support/apps.ts";
import { expect, test } from "./support/test.ts";
import {
  accessInStore,
  act,
  cookieOf,
  KINDS,
  plant,
  recordCount,
  reportOf,
  shown,
  sightIn,
  sightInBody,
} from "./support/visitor.ts";

// With Cache Components, what is below Suspense comes after the shell and is put in place by a script.
const APPS: ReadonlyArray<[AppName, { tag: string[] }]> = [
  ["edge", { tag: [] }],
  ["proxy", { tag: [] }],
  ["proxy-cache", { tag: ["@js"] }],
];

for (const [appName, tags] of APPS) {
  for (const kind of KINDS) {
    test.describe(`${kind} session in ${appName}`, tags, () => {
      test.use({ appName });

      test("is one object in layout, component and metadata, and makes nothing by being read", async ({
        page,
        server,
      }) => {
        await plant(server, page.context(), "store", { idle: 0 });
        await page.context().clearCookies();
        const before = recordCount(server);
        await page.goto(`${server.url}/${kind}`);
        const [layout, component] = [await sightIn(page, "layout"), await sightIn(page, "component")];
        expect(component).toMatchObject({ tag: layout.tag, id: layout.id, isNew: true, data: {} });
        await expect(page).toHaveTitle(`${component.tag} nothing`);
        expect(await page.context().cookies()).toEqual([]);
        expect(recordCount(server)).toBe(before);
      });

      test("shows in the render after an action what the action saved", async ({ page, server }) => {
        await page.goto(`${server.url}/${kind}`);
        await act(page, "save", "first");
        await expect(shown(page, "component")).toContainText('"note":"first"');
        const action = await reportOf(page);
        expect(action).toMatchObject({ isNew: true, data: {} });
        expect(await sightIn(page, "component")).toMatchObject({
          tag: action.tag,
          id: action.id,
          isNew: false,
          data: { note: "first" },
        });
        await expect(page).toHaveTitle(`${action.tag} first`);

        await act(page, "save", "second");
        await expect(shown(page, "component")).toContainText('"note":"second"');
        await expect(shown(page, "layout")).toContainText('"note":"second"');
        expect(await reportOf(page)).toMatchObject({ id: action.id, isNew: false, data: { note: "first" } });
      });

      test("shows in the render after an action what the action did not save, and forgets it", async ({
        page,
        server,
      }) => {
        await plant(server, page.context(), kind, { idle: 0 }, { note: "kept" });
        await page.goto(`${server.url}/${kind}`);
        await act(page, "change", "unsaved");
        await expect(shown(page, "component")).toContainText('"note":"unsaved"');
        const action = await reportOf(page);
        expect(action.data).toEqual({ note: "kept" });
        expect((await sightIn(page, "component")).tag).toBe(action.tag);
        expect((await sightIn(page, "layout")).tag).toBe(action.tag);
        await page.goto(`${server.url}/${kind}`);
        expect((await sightIn(page, "component")).data).toEqual({ note: "kept" });
      });

      test("is saved before redirect(), and the page redirected to shows it", async ({ page, server }) => {
        await page.goto(`${server.url}/${kind}`);
        await act(page, "save and redirect", "before redirect");
        await expect(page.getByRole("heading", { name: "landed" })).toBeVisible();
        expect(page.url()).toBe(`${server.url}/${kind}/landing`);
        const landed = await sightIn(page, "component");
        expect(landed).toMatchObject({ isNew: false, data: { note: "before redirect" } });
        await page.reload();
        expect(await sightIn(page, "component")).toMatchObject({ id: landed.id, data: landed.data });
      });

      test("gets a new id by regenerate(), which its own render shows; the old cookie is worth nothing", async ({
        page,
        server,
        newVisitor,
      }) => {
        await page.goto(`${server.url}/${kind}`);
        await act(page, "save", "mine");
        await expect(shown(page, "component")).toContainText('"note":"mine"');
        const old = await sightIn(page, "component");
        const stolen = await page.context().cookies();

        await act(page, "regenerate");
        await expect(shown(page, "component")).not.toContainText(old.id);
        const renewed = await sightIn(page, "component");
        expect(renewed).toMatchObject({ isNew: false, data: { note: "mine" }, created: old.created });
        await page.goto(`${server.url}/${kind}`);
        expect(await sightIn(page, "component")).toMatchObject({ id: renewed.id, data: { note: "mine" } });

        const thief = await newVisitor();
        await thief.context().addCookies(stolen);
        await thief.goto(`${server.url}/${kind}`);
        const seen = await sightIn(thief, "component");
        // Nothing on the server knows of a cookie session: a copy stays good until its time is over.
        if (kind === "cookie") expect(seen).toMatchObject({ id: old.id, data: { note: "mine" } });
        else expect(seen).toMatchObject({ isNew: true, data: {} });
      });

      test("is gone at once by delete(): data, record and cookie", async ({ page, server }) => {
        const { id } = await plant(server, page.context(), kind, { idle: 0 }, { note: "doomed" });
        await page.goto(`${server.url}/${kind}`);
        expect(await sightIn(page, "component")).toMatchObject({ id, data: { note: "doomed" } });
        await act(page, "delete");
        await expect(shown(page, "component")).toContainText('"isNew":true');
        expect((await sightIn(page, "component")).data).toEqual({});
        expect(await cookieOf(page.context(), kind)).toBeUndefined();
        if (kind === "store") expect(await accessInStore(server, id)).toBeUndefined();
      });

      test("cannot begin in a component: ReadonlySessionError, and nothing is stored", async ({
        page,
        server,
      }) => {
        await plant(server, page.context(), "store", { idle: 0 });
        await page.context().clearCookies();
        const before = recordCount(server);
        await page.goto(`${server.url}/${kind}/writer`);
        await expect(shown(page, "writer")).toHaveText(
          /^ERR_READONLY: session\.save\(\) must set a cookie, and cookies cannot be set here .* server action/,
        );
        expect(recordCount(server)).toBe(before);
        expect(await page.context().cookies()).toEqual([]);
      });

      test("can be read and written by a route handler", async ({ page, server }) => {
        await page.goto(`${server.url}/${kind}`);
        await act(page, "save", "from an action");
        await expect(shown(page, "component")).toContainText("from an action");
        const { id } = await sightIn(page, "component");
        await page.goto(`${server.url}/api/session?kind=${kind}`);
        expect(await sightInBody(page)).toMatchObject({ id, isNew: false, data: { note: "from an action" } });

        const written = await page.request.post(`${server.url}/api/session?kind=${kind}`, {
          data: { more: "from a handler" },
        });
        expect(written.status()).toBe(200);
        await page.goto(`${server.url}/${kind}`);
        expect(await sightIn(page, "component")).toMatchObject({
          id,
          data: { note: "from an action", more: "from a handler" },
        });
      });

      test.describe("when the action fails after save()", () => {
        // The browser itself reports the 404 that is asked for here.
        test.use({ allowedErrors: [/status of 404/] });

        test("stays saved: Next sends the cookie of a failed action, too", async ({ page, server }) => {
          await page.goto(`${server.url}/${kind}`);
          const response = await act(page, "save and fail", "kept all the same");
          expect(response.status()).toBe(404);
          await expect(page.getByRole("heading", { name: "404" })).toBeVisible();
          await page.goto(`${server.url}/${kind}`);
          expect((await sightIn(page, "component")).data).toEqual({ note: "kept all the same" });
        });
      });
    });
  }

  test.describe(`a session of ${appName} that exists, saved in a component`, tags, () => {
    test.use({ appName });

    test("store: works, because no cookie is needed", async ({ page, server }) => {
      await plant(server, page.context(), "store", { idle: 0 });
      await page.goto(`${server.url}/store/writer`);
      await expect(shown(page, "writer")).toHaveText("saved over nothing");
      await page.reload();
      await expect(shown(page, "writer")).toHaveText("saved over by a component");
      await page.goto(`${server.url}/api/session?kind=store`);
      expect((await sightInBody(page)).data).toEqual({ note: "by a component" });
    });

    test("cookie: ReadonlySessionError, and nothing is changed", async ({ page, server }) => {
      const { value } = await plant(server, page.context(), "cookie", { idle: 0 }, { note: "mine" });
      await page.goto(`${server.url}/cookie/writer`);
      await expect(shown(page, "writer")).toHaveText(/^ERR_READONLY: /);
      expect(await cookieOf(page.context(), "cookie")).toBe(value);
    });
  });
}
