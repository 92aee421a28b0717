// Sees that there is a Chromium for the browser tests, and installs one where there is none:
//   node tools/ensure-browser.mjs          prints its path
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "@playwright/test";
import { findProgram, installPackages, isExecutable, run } from "./machine.ts";

/** The variables that name a browser, most specific first. */
const VARIABLES = ["PLAYWRIGHT_CHROMIUM", "CHROMIUM_PATH"];
const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const ADVICE = `No Chromium was found, and none could be installed. Any one of these helps:
  - npx playwright install --with-deps chromium        (needs the network)
  - install Chromium or Chrome with your package manager, e.g. apt-get install chromium
  - PLAYWRIGHT_CHROMIUM=/path/to/chromium npm test     (one that you have)`;

/** The Chromium that is there, or undefined. Throws if a variable names one that is not. */
export function findBrowser() {
  for (const variable of VARIABLES) {
    const path = process.env[variable];
    if (!path) continue;
    if (isExecutable(path)) return path;
    throw new Error(`${variable} is ${path}, and there is no program there that can be run.`);
  }
  if (isExecutable(chromium.executablePath())) return chromium.executablePath();
  return findProgram(COMMANDS, ["/usr/bin"]);
}

/** The Chromium that is there, if need be from now on. Throws with advice where that cannot be. */
export function ensureBrowser(say = console.error) {
  const found = findBrowser();
  if (found) return found;
  for (const install of [withPlaywright, withApt]) {
    const failure = install(say);
    const path = findBrowser();
    if (path) return path;
    if (failure) say(failure);
  }
  throw new Error(ADVICE);
}

function withPlaywright(say) {
  say("No Chromium here: trying Playwright's own.");
  const cli = join(
    dirname(createRequire(import.meta.url).resolve("@playwright/test/package.json")),
    "cli.js",
  );
  // Where a network swallows packets instead of refusing them, the download would hang for long.
  return run(process.execPath, [cli, "install", "chromium"], 180_000);
}

function withApt(say) {
  installPackages(["chromium", "fonts-liberation"], say);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const path = ensureBrowser();
    const version = execFileSync(path, ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    console.error(version.trim());
    console.log(path);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
