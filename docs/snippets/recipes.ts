/** README, recipes: each `session.ts` run on Node, and held to the text beside it. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, vi } from "vitest";
import { importByName } from "../../tools/snippets.ts";
import { type Checks, keeps, Visitor } from "./checks.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Time stands still until {@link pass}. Before the snippet runs: it takes `Date.now` as it finds it. */
function freeze(): void {
  vi.useFakeTimers({ toFake: ["Date"] });
}

function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

const RECIPE = "README.md › ";

export const recipes: Checks = {
  [`${RECIPE}Keep everything in the cookie › session.ts`]: async ({ run }) => {
    const { getSession } = await run();
    const visitor = await keeps(getSession, { theme: "dark" });
    const [value] = visitor.cookies.values();
    expect(Buffer.from(value!, "base64url").toString("latin1")).not.toContain("dark");
    await visitor.visit(getSession, async (session) => {
      session.data.theme = "x".repeat(4096);
      await expect(session.save()).rejects.toMatchObject({ code: "ERR_COOKIE_TOO_LARGE" });
    });
    expect(visitor.setCookies).toEqual([]);
  },

  [`${RECIPE}New ids by themselves › session.ts`]: async ({ run }) => {
    freeze();
    const { getSession } = await run();
    const visitor = await keeps(getSession, { userId: "ada" });
    const [before] = visitor.cookies.values();
    const inFlight = new Visitor();
    for (const cookie of visitor.cookies) inFlight.cookies.set(...cookie);
    pass(15 * 60);
    expect(await visitor.visit(getSession, (session) => session.data.userId)).toBe("ada");
    expect([...visitor.cookies.values()][0]).not.toBe(before);
    pass(9);
    expect(await inFlight.visit(getSession, (session) => session.data.userId)).toBe("ada");
    expect([...inFlight.cookies.values()][0]).not.toBe(before);
  },

  [`${RECIPE}Sign out › session.ts`]: async ({ run }) => {
    const { getSession, signOut } = await run();
    const visitor = await keeps(getSession, { userId: "ada" });
    const copy = new Visitor();
    for (const cookie of visitor.cookies) copy.cookies.set(...cookie);
    await visitor.visit(getSession, (session) => signOut(session));
    expect(visitor.cookies.size).toBe(0);
    expect(await copy.visit(getSession, (session) => session.isNew)).toBe(true);
  },

  [`${RECIPE}Timeouts › session.ts`]: async ({ run }) => {
    freeze();
    const { getSession } = await run();
    const idle = await keeps(getSession, { userId: "idle" });
    pass(30 * 60 + 61);
    expect(await idle.visit(getSession, (session) => session.isNew)).toBe(true);

    const busy = await keeps(getSession, { userId: "busy" });
    for (let hours = 0; hours < 12; hours += 0.25) {
      expect(await busy.visit(getSession, (session) => session.data.userId)).toBe("busy");
      pass(15 * 60);
    }
    pass(1);
    expect(await busy.visit(getSession, (session) => session.isNew)).toBe(true);

    // Within touchInterval nothing is written, from there on something is.
    const visitor = await keeps(getSession, { userId: "reader" });
    pass(59);
    await visitor.visit(getSession, () => {});
    expect(visitor.setCookies).toHaveLength(0);
    pass(1);
    await visitor.visit(getSession, () => {});
    expect(visitor.setCookies).toHaveLength(1);
    // At least timeout.
    pass(30 * 60);
    expect(await visitor.visit(getSession, (session) => session.data.userId)).toBe("reader");
  },

  [`${RECIPE}Rotate a secret › session.ts`]: async ({ run }) => {
    const secrets = ["the first secret, 32 bytes or more", "the second secret, 32 bytes or more"];
    try {
      process.env["SESSION_SECRET"] = secrets[0];
      const before = await run();
      const visitor = await keeps(before["getSession"], { userId: "ada" });
      process.env["SESSION_SECRET"] = secrets[1];
      process.env["SESSION_SECRET_OLD"] = secrets[0];
      const during = await run();
      expect(await visitor.visit(during["getSession"], (session) => session.data.userId)).toBe("ada");
      await visitor.visit(during["getSession"], (session) => session.save());
      delete process.env["SESSION_SECRET_OLD"];
      const after = await run();
      expect(await visitor.visit(after["getSession"], (session) => session.data.userId)).toBe("ada");
    } finally {
      delete process.env["SESSION_SECRET_OLD"];
      process.env["SESSION_SECRET"] = "a secret for snippets, 32 bytes or more";
    }
  },

  [`${RECIPE}Pages Router, plain Node, fetch handlers › server.ts`]: async ({ run }) => {
    process.env["PORT"] = "0";
    const { server } = (await run()) as { server: Server };
    try {
      if (!server.listening) await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const first = await fetch(`http://localhost:${port}/`);
      expect(await first.text()).toBe("Visit 1");
      const visitor = new Visitor();
      visitor.receive(first.headers);
      const second = await fetch(`http://localhost:${port}/`, { headers: { cookie: visitor.header } });
      expect(await second.text()).toBe("Visit 2");
    } finally {
      server.closeAllConnections();
      server.close();
      delete process.env["PORT"];
    }
  },

  [`${RECIPE}Pages Router, plain Node, fetch handlers › handler.ts`]: async ({ run }) => {
    const { handler } = await run();
    const visitor = new Visitor();
    for (const text of ["Visit 1", "Visit 2"]) {
      const answer: Response = await handler(visitor.request("https://example.com/"));
      expect(await answer.text()).toBe(text);
      visitor.receive(answer.headers);
    }
  },

  [`${RECIPE}Change the shape of your data › session.ts`]: async ({ run }) => {
    const { createSessions } = await importByName("next-beaker");
    const { getSession } = await run();
    const old = createSessions({ type: "cookie" });
    const visitor = await keeps(old.getSession, { userId: "ada" });
    expect(await visitor.visit(getSession, (session) => session.data)).toEqual({ user: { id: "ada" } });
    const stranger = await keeps(old.getSession, {});
    expect(await stranger.visit(getSession, (session) => session.data)).toEqual({});
    await keeps(getSession, { user: { id: "bea" } });
  },

  [`${RECIPE}Change the shape of your data › session.ts #2`]: async ({ run }) => {
    const { createSessions } = await importByName("next-beaker");
    const { getSession } = await run();
    await keeps(getSession, { userId: "ada" });
    const other = await keeps(createSessions({ type: "cookie" }).getSession, { userId: 42 });
    expect(await other.visit(getSession, (session) => session.isNew)).toBe(true);
  },

  [`${RECIPE}Log what happens › session.ts`]: async ({ run }) => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const { getSession } = await run();
    const visitor = await keeps(getSession, { userId: "ada" });
    const id = await visitor.visit(getSession, (session) => session.id);
    await visitor.visit(getSession, (session) => session.delete());
    expect(log.mock.calls.map(([, type, id]) => [type, id])).toEqual([
      ["created", id],
      ["deleted", id],
    ]);
  },

  [`${RECIPE}Encrypt records at rest › session.ts`]: async ({ run }) => {
    process.env["SESSION_ENCRYPT_KEY"] = "another secret for the records, 32 bytes or more";
    const { getSession } = await run();
    await keeps(getSession, { userId: "ada-in-the-clear" });
    const files = [".data/sealed.db", ".data/sealed.db-wal"].map((file) => readFileSync(file, "latin1"));
    expect(files.join()).not.toContain("ada-in-the-clear");
  },

  [`${RECIPE}Beaker's pair of keys › session.ts`]: async ({ run }) => {
    process.env["VALIDATE_KEY"] = "a key that signs and leaves readable";
    const { getSession } = await run();
    const visitor = await keeps(getSession, { theme: "dark" });
    const [name, value] = [...visitor.cookies][0]!;
    expect(Buffer.from(value, "base64url").toString("latin1")).toContain('{"theme":"dark"}');
    visitor.cookies.set(name, `${value.slice(0, -2)}${value.endsWith("AA") ? "BB" : "AA"}`);
    expect(await visitor.visit(getSession, (session) => session.isNew)).toBe(true);
  },
};
