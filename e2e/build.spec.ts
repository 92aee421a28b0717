// What `next build` makes of pages that ask for a session.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { APPS, type AppName, folderOf, USE_CACHE } from "./support/apps.ts";
import { nextBuild } from "./support/build.ts";
import { expect, test } from "./support/test.ts";

test.describe("next build", { tag: "@js" }, () => {
  test("fails at getSession() in 'use cache' with Next's own words, and none of ours", async () => {
    test.setTimeout(120_000);
    const { code, output } = await nextBuild("use-cache", USE_CACHE);
    expect(code).toBe(1);
    expect(output).toContain(
      'Route "/": `cookies()` can\'t be read inside `"use cache"`. Read it outside the cached function',
    );
    expect(output).not.toMatch(/SessionError|ERR_[A-Z]+|ConfigError|session\.\w+\(\) must/);
  });

  for (const name of ["proxy", "proxy-cache"] as const satisfies AppName[]) {
    test(`prerenders in ${name} what asks for no session, and nothing of what does`, () => {
      const manifest = JSON.parse(
        readFileSync(join(folderOf(name, APPS[name]), ".next/prerender-manifest.json"), "utf8"),
      );
      const rendered = Object.keys(manifest.routes);
      expect(rendered).toContain("/");
      const asking = /^\/(api|login|store|cookie|protected|\[kind\])(?:\/|$)/;
      // With Cache Components those have a shell, which is rendered without the session's part.
      expect(rendered.filter((route) => asking.test(route) && name === "proxy")).toEqual([]);
    });
  }
});
