import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import type { AppName } from "./apps.ts";
import { Server } from "./server.ts";

export { expect };

interface Options {
  /** Which app the tests of a group run against. */
  appName: AppName;
  /** What the console of any page may say besides nothing. An error that matches none of these fails the test. */
  allowedErrors: RegExp[];
}

interface TestFixtures {
  /** The app, running; shared with the other tests of this worker. */
  server: Server;
  /** A server that is this test's alone: to be restarted, or to have limits of its own. */
  startServer: (env?: Record<string, string>) => Promise<Server>;
  /** A page in another browser, which shares nothing with the first. */
  newVisitor: () => Promise<Page>;
}

interface WorkerFixtures {
  servers: Map<AppName, Promise<Server>>;
}

/** The limits that the shared servers have. */
export const LIMITS = { SESSION_TIMEOUT: "1800", SESSION_ABSOLUTE_TIMEOUT: "28800" };

export const test = base.extend<Options & TestFixtures, WorkerFixtures>({
  appName: ["proxy", { option: true }],

  servers: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern.
    async ({}, use) => {
      const servers = new Map<AppName, Promise<Server>>();
      await use(servers);
      await Promise.all([...servers.values()].map(async (server) => (await server).dispose()));
    },
    { scope: "worker" },
  ],

  server: async ({ servers, appName }, use) => {
    const server = servers.get(appName) ?? Server.start(appName, appName === "demo" ? {} : LIMITS);
    servers.set(appName, server);
    await use(await server);
  },

  startServer: async ({ appName }, use) => {
    const servers: Server[] = [];
    await use(async (env = LIMITS) => {
      const server = await Server.start(appName, env);
      servers.push(server);
      return server;
    });
    await Promise.all(servers.map((server) => server.dispose()));
  },

  allowedErrors: [[], { option: true }],

  // After `startServer`, and so done with before the servers are: a page whose server dies complains.
  context: async ({ context, allowedErrors, startServer: _ }, use) => {
    const complaints = listen(context);
    await use(context);
    expect(unexpected(complaints, allowedErrors)).toEqual([]);
  },

  newVisitor: async ({ browser, contextOptions, javaScriptEnabled, allowedErrors, startServer: _ }, use) => {
    const contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    await use(async () => {
      const context = await browser.newContext({
        ...contextOptions,
        javaScriptEnabled: javaScriptEnabled ?? true,
      });
      contexts.push(context);
      listen(context, complaints);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
    expect(unexpected(complaints, allowedErrors)).toEqual([]);
  },
});

function listen(context: BrowserContext, complaints: string[] = []): string[] {
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      complaints.push(`console.${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (error) => complaints.push(`uncaught: ${error.error()}`));
  return complaints;
}

function unexpected(complaints: readonly string[], allowed: readonly RegExp[]): string[] {
  return complaints.filter((complaint) => !allowed.some((pattern) => pattern.test(complaint)));
}
