// Makes the picture of the demo that the README shows: docs/demo.png.
//   npm run build && node tools/screenshot.mjs
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { ensureBrowser } from "./ensure-browser.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
const secret = "only for a picture: not a secret at all, but long enough";
const environment = {
  ...process.env,
  NODE_ENV: "production",
  SESSION_SECRET: secret,
  SESSION_SECURE: "false",
};

const build = spawn(process.execPath, [next, "build", root], { stdio: "inherit", env: environment });
const [code] = await once(build, "exit");
if (code !== 0) process.exit(1);

// Somewhere else than where the demo keeps the sessions of whoever tries it.
const dataDir = mkdtempSync(join(tmpdir(), "next-beaker-picture-"));
const server = spawn(process.execPath, [next, "start", root, "--port", "0"], {
  cwd: dataDir,
  stdio: ["ignore", "pipe", "inherit"],
  env: environment,
});
const browser = await chromium.launch({
  executablePath: ensureBrowser(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 900 },
    // No wider than a README is shown: three quarters of the bytes.
    deviceScaleFactor: 0.8,
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  await page.goto(`${await addressOf(server)}/store`);
  await page.getByLabel("Name").fill("Ada Kettle");
  for (const like of ["tea", "maps"]) await page.getByLabel(like).check();
  await page.getByLabel("A day to remember").fill("2024-02-29");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("heading", { name: "What “Save” did" }).waitFor();
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  // The whole page: what the store holds is the last of it.
  await page.screenshot({ path: join(root, "docs/demo.png"), fullPage: true });
} finally {
  await browser.close();
  server.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
}

async function addressOf(child) {
  let output = "";
  for await (const chunk of child.stdout) {
    output += chunk;
    const address = /http:\/\/localhost:\d+/.exec(output);
    if (address && output.includes("Ready in")) return address[0];
  }
  throw new Error(`The demo did not start:\n${output}`);
}
