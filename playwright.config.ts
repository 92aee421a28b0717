import { defineConfig } from "@playwright/test";
import { findBrowser } from "./tools/ensure-browser.mjs";

// `npm test` has seen to it that there is one; `playwright test` alone finds it as well.
const executablePath = findBrowser();

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  outputDir: "test-results",
  globalSetup: "./e2e/support/build.ts",
  fullyParallel: true,
  workers: 2,
  forbidOnly: process.env["CI"] !== undefined,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    screenshot: "only-on-failure",
    trace: "off",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      // The first two for root in a container; the rest keep a system Chromium from calling home.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "js", use: { javaScriptEnabled: true }, grepInvert: /@no-js\b/ },
    // What needs JavaScript, or has nothing to do with a browser, is tagged @js.
    { name: "no-js", use: { javaScriptEnabled: false }, grepInvert: /@js\b/ },
  ],
});
