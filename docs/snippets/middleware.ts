/** The variants of `middleware.ts` and `proxy.ts`: called as Next calls them, with a request of its own class. */
import type { NextRequest } from "next/server.js";
import { expect } from "vitest";
import { importByName, type Module, runSnippet, type Snippet, site } from "../../tools/snippets.ts";
import { type Checks, keeps, type Running, Visitor } from "./checks.ts";

const README = "README.md › Middleware: Edge, Node, `proxy.ts`, your own › ";

async function request(
  path: string,
  visitor: Visitor,
  headers: Record<string, string> = {},
): Promise<NextRequest> {
  const { NextRequest } = await importByName("next/server.js");
  return new NextRequest(`https://example.com${path}`, { headers: { cookie: visitor.header, ...headers } });
}

/** The quick start's sessions, as the snippet itself imports them. */
async function quickStartSessions(snippet: Snippet): Promise<Module> {
  const code = 'export { sessions } from "@/session";\n';
  const { sessions } = await runSnippet({ ...snippet, code, file: `${site}/sessions-of.ts` }, never);
  return sessions;
}

const never = { equal() {}, async throws() {} };

const goesOn = (answer: Response) => expect(answer.headers.get("x-middleware-next")).toBe("1");

/** Lets a live session pass, and drops the cookie of one that was revoked: the store was asked. */
async function asksTheStore({ run, snippet }: Running, name: "middleware" | "proxy"): Promise<Module> {
  const exports = await run();
  const sessions = await quickStartSessions(snippet);
  const visitor = await keeps(sessions["getSession"], { userId: "ada" });
  const live: Response = await exports[name](await request("/", visitor));
  goesOn(live);
  expect(live.headers.getSetCookie()).toEqual([]);
  await sessions["revoke"](await visitor.visit(sessions["getSession"], (session) => session.id));
  const revoked: Response = await exports[name](await request("/", visitor));
  goesOn(revoked);
  expect(revoked.headers.getSetCookie().join()).toContain("Max-Age=0");
  expect(revoked.headers.get("cache-control")).toBe("private, no-store");
  return exports;
}

export const middleware: Checks = {
  [`${README}middleware.ts`]: async (running) => {
    const { config } = await asksTheStore(running, "middleware");
    expect(config.runtime).toBe("nodejs");
  },

  [`${README}proxy.ts`]: async (running) => {
    await asksTheStore(running, "proxy");
  },

  [`${README}middleware.ts #2`]: async ({ run }) => {
    const { middleware } = await run();
    const staff: Response = await middleware(await request("/staff", new Visitor()));
    expect(staff.headers.get("location")).toBe("https://example.com/staff-login");
    const other: Response = await middleware(await request("/", new Visitor()));
    goesOn(other);
    expect(other.headers.get("x-middleware-request-x-request-id")).toHaveLength(36);
  },

  "docs/middleware.md › Middleware › middleware.ts": async ({ run, snippet }) => {
    const { middleware, config } = await run();
    const sessions = await quickStartSessions(snippet);
    const nobody = new Visitor();
    const missing: Response = await middleware(await request("/account", nobody));
    expect(missing.headers.get("location")).toBe("https://example.com/login");
    goesOn(await middleware(await request("/accounting", nobody)));
    expect(await (await middleware(await request("/whoami", nobody))).json()).toEqual({ id: null });

    const visitor = await keeps(sessions["getSession"], { userId: "ada" });
    const id = await visitor.visit(sessions["getSession"], (session) => session.id);
    expect(await (await middleware(await request("/whoami", visitor))).json()).toEqual({ id });
    await sessions["revoke"](id);
    // A prefetch is told the same, and its cookie left alone.
    for (const headers of [{ "next-router-prefetch": "1" }, { "x-action-redirect": "/account;push" }]) {
      const quiet: Response = await middleware(await request("/account", visitor, headers));
      expect(quiet.headers.get("location")).toBe("https://example.com/login?reason=revoked");
      expect(quiet.headers.getSetCookie()).toEqual([]);
    }
    const revoked: Response = await middleware(await request("/account", visitor));
    expect(revoked.headers.get("location")).toBe("https://example.com/login?reason=revoked");
    expect(revoked.headers.getSetCookie().join()).toContain("Max-Age=0");

    const [matcher] = config.matcher as string[];
    const matches = (path: string) => new RegExp(`^${matcher}$`).test(path);
    expect(
      ["/", "/account", "/api/cart", "/_next/static/x.js", "/api/session/remaining"].map(matches),
    ).toEqual([true, true, true, false, false]);
  },

  "docs/middleware.md › Edge, Node, `proxy.ts` › proxy.ts": async (running) => {
    const { config } = await asksTheStore(running, "proxy");
    expect(config).not.toHaveProperty("runtime");
  },

  "docs/middleware.md › What is written, and when › middleware.ts": async ({ run }) => {
    const { middleware } = await run();
    const answer: Response = await middleware(await request("/", new Visitor()));
    goesOn(answer);
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(answer.headers.get("x-middleware-override-headers")).toContain("cookie");
  },
};
