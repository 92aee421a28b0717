// The demo, as somebody meets it who has just typed `npm run demo`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Page } from "@playwright/test";
import { root } from "./support/apps.ts";
import { expectAccessible, hasCookie, signIn, tabTo } from "./support/demo.ts";
import { expect, test } from "./support/test.ts";

const KINDS = ["cookie", "store"] as const;

test.use({ appName: "demo" });

/** Types a name, presses a button, and waits for the report on that. */
async function press(page: Page, label: string, name: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: label, exact: true }).click();
  await expect(page.getByRole("heading", { name: `What “${label}” did` })).toBeVisible();
}

const report = (page: Page, part: "data" | "store" | "cookie") => page.getByTestId(`report-${part}`);

for (const kind of KINDS) {
  test.describe(`the ${kind} workbench`, () => {
    test.beforeEach(async ({ page, server }) => {
      await page.goto(`${server.url}/${kind}`);
    });

    test("starts with a session that is nowhere yet", async ({ page }) => {
      await expect(page.getByTestId("session-is-new")).toHaveText(/^yes/);
      await expect(page.getByTestId("session-data")).toHaveText("{}");
      await expect(page.getByTestId("cookie-size")).toHaveText("no cookie");
      await expect(page.getByTestId("store-record")).toContainText("Nothing");
      expect(await page.context().cookies()).toEqual([]);
    });

    test("Save keeps what was typed, in its own types", async ({ page }) => {
      await page.getByLabel("tea").check();
      await page.getByLabel("A day to remember").fill("2024-02-29");
      await page.getByLabel("Note").fill("line one\nline two");
      await press(page, "Save", "Ada");
      await expect(report(page, "data")).toContainText(/changed, and kept: .*name/);
      await expect(report(page, "cookie")).toContainText("set for the first time");
      await expect(report(page, "store")).toContainText(
        kind === "cookie" ? "there is none" : /record \S+ made/,
      );
      const expectData = async () => {
        const data = page.getByTestId("session-data");
        await expect(data).toContainText("name: 'Ada'");
        await expect(data).toContainText("likes: Set(1) {");
        await expect(data).toContainText("day: 2024-02-29T00:00:00.000Z");
        await expect(data).toContainText("note: 'line one\\nline two'");
      };
      await expectData();
      await page.goto(page.url());
      await expectData();
      await expect(page.getByTestId("session-is-new")).toHaveText(/^no/);
      await expect(page.getByLabel("Name")).toHaveValue("Ada");
      await expect(page.getByTestId("cookie-size")).toHaveText(/of 4,096/);
      expect(await hasCookie(page, kind)).toBe(true);
    });

    test("Save access time only keeps nothing of what was typed", async ({ page }) => {
      await press(page, "Save", "Ada");
      await press(page, "Save access time only", "Bo");
      await expect(report(page, "data")).toContainText("in this request only, not kept: name");
      await expect(page.getByTestId("session-data")).toContainText("name: 'Bo'");
      await expect(page.getByTestId("unsaved")).toContainText("name");
      await page.goto(page.url());
      await expect(page.getByTestId("session-data")).toContainText("name: 'Ada'");
    });

    test("Revert throws away what was typed", async ({ page }) => {
      await press(page, "Save", "Ada");
      await press(page, "Revert", "Bo");
      await expect(report(page, "data")).toContainText("as it was; typed and thrown away: name");
      await expect(report(page, "cookie")).toContainText("not sent again");
      await expect(page.getByTestId("session-data")).toContainText("name: 'Ada'");
      await page.goto(page.url());
      await expect(page.getByTestId("session-data")).toContainText("name: 'Ada'");
    });

    test("Regenerate gives the same data a new id", async ({ page }) => {
      await press(page, "Save", "Ada");
      const id = await page.getByTestId("session-id").textContent();
      await press(page, "Regenerate", "Bo");
      await expect(page.getByTestId("session-id")).not.toHaveText(id!);
      await expect(report(page, "cookie")).toContainText("set anew");
      if (kind === "store") await expect(report(page, "store")).toContainText(/made|opens nothing any more/);
      const renewed = await page.getByTestId("session-id").textContent();
      await page.goto(page.url());
      await expect(page.getByTestId("session-data")).toContainText("name: 'Ada'");
      await expect(page.getByTestId("session-id")).toHaveText(renewed!);
    });

    test("Invalidate ends it and holds an empty one that is not saved", async ({ page }) => {
      await press(page, "Save", "Ada");
      const id = await page.getByTestId("session-id").textContent();
      await press(page, "Invalidate", "Bo");
      await expect(report(page, "data")).toContainText("emptied");
      await expect(report(page, "cookie")).toContainText("expired");
      if (kind === "store") await expect(report(page, "store")).toContainText("removed");
      await expect(page.getByTestId("session-id")).not.toHaveText(id!);
      await expect(page.getByTestId("session-is-new")).toHaveText(/^yes/);
      await expect(page.getByTestId("session-data")).toHaveText("{}");
      expect(await hasCookie(page, kind)).toBe(false);
    });

    test("Delete leaves nothing", async ({ page }) => {
      await press(page, "Save", "Ada");
      expect(await hasCookie(page, kind)).toBe(true);
      await press(page, "Delete", "Bo");
      await expect(report(page, "data")).toContainText("emptied");
      await expect(report(page, "cookie")).toContainText("expired");
      if (kind === "store") await expect(report(page, "store")).toContainText("removed");
      expect(await hasCookie(page, kind)).toBe(false);
      await page.goto(page.url());
      await expect(page.getByTestId("session-is-new")).toHaveText(/^yes/);
      await expect(page.getByTestId("session-data")).toHaveText("{}");
    });

    test("what it says of a copied cookie is what the cookie does in another browser", async ({
      page,
      newVisitor,
    }) => {
      for (const label of ["Regenerate", "Invalidate", "Delete"]) {
        await press(page, "Save", "Ada");
        const copy = await page.context().cookies();
        await press(page, label, "Bo");
        const about = page.locator(`#about-${label.toLowerCase()}`);
        await expect(report(page, "cookie")).toContainText(
          kind === "cookie" ? /a copy of \w+ still opens/ : /a copy of \w+ opens nothing/,
        );
        const thief = await newVisitor();
        await thief.context().addCookies(copy);
        await thief.goto(page.url());
        if (kind === "cookie") {
          await expect(thief.getByTestId("session-data")).toContainText("name: 'Ada'");
          await expect(about).toContainText("a copy of the cookie made before stays good");
        } else {
          await expect(thief.getByTestId("session-is-new")).toHaveText(/^yes/);
          await expect(about).not.toContainText("copy");
        }
      }
    });

    test(
      kind === "cookie" ? "refuses a note that no cookie can hold" : "keeps a note that no cookie could hold",
      async ({ page }) => {
        await press(page, "Save", "Ada");
        // Not compressible: the limit is the browser's, whatever the library does to the data before.
        const note = Array.from({ length: 600 }, () => crypto.randomUUID().slice(0, 8)).join("");
        await page.getByLabel("Note").fill(note);
        await press(page, "Save", "Bo");
        if (kind === "cookie") {
          await expect(page.getByTestId("report-refused")).toContainText("ERR_COOKIE_TOO_LARGE");
          await expect(page.getByTestId("report-refused")).toContainText("note");
          await page.goto(page.url());
          await expect(page.getByTestId("session-data")).toContainText("name: 'Ada'");
          await expect(page.getByLabel("Note")).toHaveValue("");
        } else {
          await expect(page.getByTestId("report-refused")).toBeHidden();
          await page.goto(page.url());
          await expect(page.getByLabel("Note")).toHaveValue(note);
        }
      },
    );
  });
}

test("both kinds survive a restart of the server", async ({ page, startServer }) => {
  const server = await startServer();
  for (const kind of KINDS) {
    await page.goto(`${server.url}/${kind}`);
    await press(page, "Save", `Ada of ${kind}`);
  }
  // Lets go of what the page may still be fetching ahead.
  await page.goto("about:blank");
  await server.stop();
  await server.start();
  for (const kind of KINDS) {
    await page.goto(`${server.url}/${kind}`);
    await expect(page.getByTestId("session-data")).toContainText(`name: 'Ada of ${kind}'`);
  }
});

test("npm run demo serves, says where, and still knows its visitors when it is started again", {
  tag: "@js",
}, async ({ page }) => {
  const start = async () => {
    // What `npm run demo` runs once the library is built; the demo's own build is there already.
    const { SESSION_SECRET: _, ...env } = process.env;
    const demo = spawn(process.execPath, ["tools/demo.mjs", "--no-build"], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...env, PORT: "3900" },
    });
    let output = "";
    demo.stdout.on("data", (chunk) => (output += chunk));
    await expect.poll(() => output).toMatch(/next-beaker demo: {2}http:\/\/localhost:\d+\n/);
    await expect.poll(() => output).toContain("Ready in");
    const stop = async () => {
      const gone = once(demo, "exit");
      demo.kill("SIGTERM");
      await gone;
    };
    return { url: /http:\/\/localhost:\d+/.exec(output)![0], stop };
  };

  const first = await start();
  await page.goto(`${first.url}/store`);
  await press(page, "Save", "Ada");
  await page.goto("about:blank");
  await first.stop();

  const second = await start();
  await page.goto(`${second.url}/store`);
  await expect(page.getByTestId("session-data")).toContainText("name: 'Ada'");
  await press(page, "Delete", "");
  await page.goto("about:blank");
  await second.stop();
});

test("signing in and out: a new id, the account page, and back to the login page", async ({
  page,
  server,
}) => {
  const { url } = server;
  await page.goto(`${url}/store`);
  await press(page, "Save", "Ada");
  const id = await page.getByTestId("session-id").textContent();

  await page.goto(`${url}/account`);
  await expect(page).toHaveURL(/\/login\?/);
  await expect(page.getByTestId("reason")).toHaveCount(1);
  await page.getByRole("button", { name: "Sign in as Ada Kettle" }).click();
  await expect(page.getByRole("heading", { name: "Good to see you, Ada" })).toBeVisible();
  expect(page.url()).toBe(`${url}/account`);

  await page.goto(`${url}/store`);
  await expect(page.getByTestId("session-id")).not.toHaveText(id!);
  await expect(page.getByTestId("session-data")).toContainText("userId: 'ada'");
  await expect(page.getByTestId("session-data")).toContainText("name: 'Ada'");

  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByTestId("reason")).toHaveAttribute("data-reason", "signed-out");
  expect(await hasCookie(page, "store")).toBe(false);
  await page.goto(`${url}/account`);
  await expect(page.getByTestId("reason")).toHaveAttribute("data-reason", "missing");
});

test.describe("after the idle timeout", () => {
  test("the browser lands on the login page with the reason, and signing in leads back", async ({
    page,
    startServer,
    javaScriptEnabled,
  }) => {
    const server = await startServer({ SESSION_TIMEOUT: "2" });
    await signIn(page, server.url);
    if (javaScriptEnabled) {
      // The page finds out by itself: its clock runs out and it asks.
      await expect(page.getByTestId("reason")).toHaveAttribute("data-reason", "idle", { timeout: 10_000 });
    } else {
      await page.waitForTimeout(2300);
      await page.getByRole("link", { name: "Account" }).click();
      await expect(page.getByTestId("reason")).toHaveAttribute("data-reason", "idle");
    }
    expect(page.url()).toBe(`${server.url}/login?reason=idle&next=%2Faccount`);
    expect(await hasCookie(page, "store")).toBe(false);
    await page.getByRole("button", { name: "Sign in as Bo Thistle" }).click();
    await expect(page.getByRole("heading", { name: "Good to see you, Bo" })).toBeVisible();
  });
});

test("the API reads, changes and deletes, and tells the seconds left without extending them", {
  tag: "@js",
}, async ({ page, server }) => {
  for (const kind of KINDS) {
    const api = `${server.url}/api/session?kind=${kind}`;
    const remaining = `${server.url}/api/session/remaining?kind=${kind}`;
    const first = await page.request.get(api);
    expect(await first.json()).toMatchObject({ isNew: true, data: {} });
    for (const answer of [first, await page.request.get(remaining)]) {
      expect(answer.headers()["cache-control"]).toBe("private, no-store");
    }
    expect(await (await page.request.get(remaining)).json()).toEqual({ seconds: 0 });
    expect(await hasCookie(page, kind)).toBe(false);

    const changed = await page.request.patch(api, { data: { name: "Ada", note: "by the API" } });
    expect(changed.status()).toBe(200);
    expect(await (await page.request.get(api)).json()).toMatchObject({ isNew: false, data: { name: "Ada" } });
    await page.goto(`${server.url}/${kind}`);
    await expect(page.getByTestId("session-data")).toContainText("note: 'by the API'");

    const { seconds } = await (await page.request.get(remaining)).json();
    expect(seconds).toBeGreaterThan(800);
    expect(seconds).toBeLessThanOrEqual(900);
    expect((await page.request.patch(api, { data: "[" })).status()).toBe(400);

    const large = await page.request.patch(api, { data: { note: "x".repeat(50_000) } });
    if (kind === "cookie") {
      expect([large.status(), (await large.json()).code]).toEqual([413, "ERR_COOKIE_TOO_LARGE"]);
    } else expect(large.status()).toBe(200);

    const huge = await page.request.patch(api, { data: { note: "x".repeat(9_000_000) } });
    expect([huge.status(), await huge.json()]).toEqual([
      413,
      { error: "The body may have 100,000 bytes at most; this one has more." },
    ]);
    expect((await (await page.request.get(api)).json()).data.note.length).toBeLessThan(100_000);

    expect((await page.request.delete(api)).status()).toBe(204);
    expect(await hasCookie(page, kind)).toBe(false);
    expect(await (await page.request.get(api)).json()).toMatchObject({ isNew: true, data: {} });
  }
});

test("the login page leads nowhere but to pages of this site", { tag: "@js" }, async ({ page, server }) => {
  for (const [next, leadsTo] of [
    ["/store?a=1", "/store?a=1"],
    ["//evil.example", "/account"],
    ["/.//evil.example", "/account"],
    ["/a/..//evil.example/b", "/account"],
    ["/.\\\\evil.example", "/account"],
    ["/.\\evil.example", "/evil.example"],
    ["/\t/evil.example", "/account"],
    ["https://evil.example", "/account"],
  ] as const) {
    await page.goto(`${server.url}/login?${new URLSearchParams({ next })}`);
    await expect(page.locator("input[name=next]").first()).toHaveValue(leadsTo);
  }
});

test.describe("for everybody", { tag: "@js" }, () => {
  // The browser itself reports the page that is not there.
  test.use({ allowedErrors: [/status of 404/] });

  const PAGES: ReadonlyArray<[name: string, prepare: (page: Page, url: string) => Promise<unknown>]> = [
    ["home", (page, url) => page.goto(url)],
    ["cookie", (page, url) => page.goto(`${url}/cookie`)],
    ["store-used", usedWorkbench("store")],
    ["cookie-used", usedWorkbench("cookie")],
    ["race", (page, url) => page.goto(`${url}/race`)],
    ["login", (page, url) => page.goto(`${url}/login?reason=idle`)],
    ["account", (page, url) => signIn(page, url)],
    ["not-found", (page, url) => page.goto(`${url}/no/such/page`)],
  ];

  for (const [name, prepare] of PAGES) {
    for (const colorScheme of ["light", "dark"] as const) {
      test(`${name} in ${colorScheme} is accessible, and fits a narrow screen`, async ({ page, server }) => {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await prepare(page, server.url);
        await expectAccessible(page, `${name}-${colorScheme}`);
      });
    }
  }

  test("the whole workbench can be used with the keyboard alone", async ({ page, server }) => {
    await page.goto(`${server.url}/store`);
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
    await expect(page.getByRole("link", { name: "Skip to the content" })).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();

    const seen = await tabTo(page, "Name");
    await page.keyboard.type("Ada");
    seen.push(...(await tabTo(page, "Save")));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "What “Save” did" })).toBeVisible();
    await expect(page.getByTestId("session-data")).toContainText("name: 'Ada'");

    await page.goto(`${server.url}/store`);
    const all = await tabTo(page, "Delete");
    for (const name of [
      "Cookie",
      "Store",
      "Account",
      "In the cookie",
      "Name",
      "tea",
      "Note",
      "Save",
      "Revert",
    ]) {
      expect(
        all.some((one) => one.startsWith(name)),
        `Tab reaches "${name}": ${all.join(", ")}`,
      ).toBe(true);
    }
    await page.keyboard.press("Space");
    await expect(page.getByRole("heading", { name: "What “Delete” did" })).toBeVisible();
    await expect(page.getByTestId("session-data")).toHaveText("{}");
  });
});

function usedWorkbench(kind: (typeof KINDS)[number]) {
  return async (page: Page, url: string) => {
    await page.goto(`${url}/${kind}`);
    await page.getByLabel("tea").check();
    await page.getByLabel("A day to remember").fill("2024-02-29");
    await page.getByLabel("Note").fill("The quick brown fox jumps over the lazy dog. ".repeat(8));
    await press(page, "Save", "Ada");
  };
}
