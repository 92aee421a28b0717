/** README, quick start: the app as a browser sees it. */
import { expect } from "vitest";
import type { Checks } from "./checks.ts";
import { Browser, location, signedIn } from "./site.ts";

const COOKIE = "__Host-beaker.session.id";

export const quickStart: Checks = {
  "README.md › Quick start › session.ts": async ({ site }) => {
    expect(site.built).not.toContain("Error");
    const browser = await signedIn(site);
    await browser.request("/");
    // Just used: within touchInterval nothing is written.
    expect(browser.setCookies).toEqual([]);
  },

  "README.md › Quick start › app/page.tsx": async ({ site }) => {
    const browser = new Browser(site);
    expect(await browser.text("/")).toContain("Hello stranger");
    expect(browser.setCookies).toEqual([]);
    expect(await (await signedIn(site)).text("/")).toContain("Hello ada");
  },

  "README.md › Quick start › app/login/actions.ts": async ({ site }) => {
    const browser = new Browser(site);
    await browser.request("/api/cart", { method: "POST", body: '{"item":"tea"}' });
    const before = browser.cookies.get(COOKIE);
    const answer = await browser.submit("/login", "Sign in", { name: "ada", password: "lovelace" });
    expect([answer.status, location(answer)]).toEqual([303, "/account"]);
    expect(browser.setCookies).toHaveLength(1);
    expect(browser.setCookies[0]).toMatch(
      /^__Host-beaker\.session\.id=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=lax$/i,
    );
    expect(await browser.text("/api/cart")).toBe('["tea"]');
    // Whoever knew the old one is left outside.
    const other = new Browser(site);
    other.cookies.set(COOKIE, before!);
    expect(await other.text("/api/cart")).toBe("[]");

    const copy = new Browser(site);
    copy.cookies.set(COOKIE, browser.cookies.get(COOKIE)!);
    const signedOut = await browser.submit("/account", "Sign out");
    expect([signedOut.status, location(signedOut)]).toEqual([303, "/"]);
    expect(browser.cookies.has(COOKIE)).toBe(false);
    expect(location(await browser.request("/account"))).toBe("/login?reason=missing");
    expect(await copy.text("/")).toContain("Hello stranger");
  },

  "README.md › Quick start › app/login/page.tsx": async ({ site }) => {
    const browser = new Browser(site);
    const answer = await browser.submit("/login", "Sign in", { name: "ada", password: "guess" });
    expect(location(answer)).toBe("/login?reason=wrong");
    expect(browser.setCookies).toEqual([]);
    expect(await browser.text("/login?reason=wrong")).toContain("do not match");
    expect(await browser.text("/login?reason=idle")).toContain("away for too long");
  },

  "README.md › Quick start › app/api/cart/route.ts": async ({ site }) => {
    const browser = new Browser(site);
    expect(await browser.text("/api/cart")).toBe("[]");
    expect(browser.setCookies).toEqual([]);
    const answer = await browser.request("/api/cart", { method: "POST", body: '{"item":"tea"}' });
    expect(answer.status).toBe(201);
    await browser.request("/api/cart", { method: "POST", body: '{"item":"milk"}' });
    expect(await browser.text("/api/cart")).toBe('["tea","milk"]');
    expect(await new Browser(site).text("/api/cart")).toBe("[]");
  },

  "README.md › Quick start › middleware.ts": async ({ site }) => {
    const browser = new Browser(site);
    const answer = await browser.request("/account");
    expect([answer.status, location(answer)]).toEqual([307, "/login?reason=missing"]);
    expect((await browser.request("/")).status).toBe(200);
    browser.cookies.set(COOKIE, "garbage");
    expect(location(await browser.request("/account"))).toBe("/login?reason=invalid");
    expect(browser.cookies.has(COOKIE)).toBe(false);
    expect((await (await signedIn(site)).request("/account")).status).toBe(200);
  },

  "README.md › Quick start › app/account/page.tsx": async ({ site }) => {
    const browser = await signedIn(site);
    expect(await browser.text("/account")).toContain("Signed in as ada");
    // A session, but nobody's: middleware lets it pass, the page does not.
    const visitor = new Browser(site);
    await visitor.request("/api/cart", { method: "POST", body: '{"item":"tea"}' });
    expect(location(await visitor.request("/account"))).toBe("/login");
  },

  "README.md › Sign out › app/start-over/actions.ts": async ({ site }) => {
    const browser = await signedIn(site);
    await browser.request("/api/cart", { method: "POST", body: '{"item":"tea"}' });
    const old = new Browser(site);
    old.cookies.set(COOKIE, browser.cookies.get(COOKIE)!);
    expect(location(await browser.submit("/harness", "Start over"))).toBe("/");
    expect(await browser.text("/api/cart")).toBe("[]");
    expect(browser.cookies.get(COOKIE)).toBeDefined();
    expect(browser.cookies.get(COOKIE)).not.toBe(old.cookies.get(COOKIE));
    expect(await old.text("/")).toContain("Hello stranger");
  },

  "README.md › Remember me › app/login/remember.ts": async ({ site }) => {
    const browser = await signedIn(site);
    await browser.submit("/harness", "Remember", { remember: "on" });
    expect(browser.setCookies.join()).toContain("Max-Age=2592000");
    await browser.submit("/harness", "Remember");
    expect(browser.setCookies).toHaveLength(1);
    expect(browser.setCookies.join()).not.toContain("Max-Age");
    expect(await browser.text("/")).toContain("Hello ada");
  },

  "README.md › Prefetches › next.config.ts": async ({ site }) => {
    expect(site.built).not.toMatch(/unrecognized|invalid next\.config/i);
    // The middleware sees that it is a prefetch, and leaves the cookie alone.
    const browser = new Browser(site);
    browser.cookies.set(COOKIE, "garbage");
    const headers = { rsc: "1", "next-router-prefetch": "1", "next-url": "/" };
    expect(location(await browser.request("/account", { headers }))).toBe("/login?reason=invalid");
    expect(browser.setCookies).toEqual([]);
    await browser.request("/account", { headers: { rsc: "1", "next-url": "/" } });
    expect(browser.setCookies.join()).toContain("Max-Age=0");
  },

  "README.md › Save at the end › app/api/visits/route.ts": async ({ site }) => {
    const browser = new Browser(site);
    for (const visits of [1, 2, 3]) {
      const answer = await browser.request("/api/visits", { method: "POST" });
      expect(await answer.json()).toEqual({ visits });
    }
  },

  "README.md › Seconds left › app/api/session/remaining/route.ts": async ({ site }) => {
    expect(await new Browser(site).text("/api/session/remaining")).toBe('{"seconds":0}');
    const browser = await signedIn(site);
    const { seconds } = JSON.parse(await browser.text("/api/session/remaining"));
    expect(seconds).toBeGreaterThan(1700);
    expect(seconds).toBeLessThanOrEqual(1800);
    expect(browser.setCookies).toEqual([]);
  },

  "README.md › Pages Router, plain Node, fetch handlers › pages/api/me.ts": async ({ site }) => {
    expect(await new Browser(site).text("/api/me")).toBe('{"userId":null}');
    expect(await (await signedIn(site)).text("/api/me")).toBe('{"userId":"ada"}');
  },

  "README.md › Errors › app/api/cart/replace/route.ts": async ({ site }) => {
    const browser = await signedIn(site);
    const answer = await browser.request("/api/cart/replace", { method: "POST", body: '["milk"]' });
    expect(answer.status).toBe(204);
    expect(await browser.text("/api/cart")).toBe('["milk"]');
  },

  "docs/middleware.md › The page must check as well › app/lib/require-user.ts": async ({ site }) => {
    expect(location(await new Browser(site).request("/harness/required"))).toBe("/login");
    expect(await (await signedIn(site)).text("/harness/required")).toContain("Required ada");
  },
};
