import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Claims,
  claimsOf,
  readSnippets,
  root,
  runSnippet,
  site,
  typeErrors,
  workshop,
  writeSnippets,
} from "../tools/snippets.ts";
import { isConfiguration, readConfiguration } from "../tools/snippets-configuration.ts";
import type { Checks } from "./snippets/checks.ts";
import { middleware } from "./snippets/middleware.ts";
import { postgres } from "./snippets/postgres.ts";
import { quickStart } from "./snippets/quick-start.ts";
import { recipes } from "./snippets/recipes.ts";
import { type Site, scaffold, startSite } from "./snippets/site.ts";
import { stores } from "./snippets/stores.ts";
import { writingAStore } from "./snippets/writing-a-store.ts";

/** What the text says about each snippet. One that is not here fails. */
const checks: Checks = {
  ...quickStart,
  ...recipes,
  ...middleware,
  ...postgres,
  ...stores,
  ...writingAStore,
};

const docs = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const snippets = readSnippets(docs);
let started: Site | undefined;
let failure: unknown;

/** Lines whose claim was held: one that is never reached proves nothing. */
const held = new Set<string>();

const claims: Claims = {
  equal(actual, expected, where) {
    expect(actual, where).toEqual(expected);
    held.add(where);
  },
  async throws(work, error, where) {
    const thrown = await work().then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(thrown?.name, where).toBe(error);
    held.add(where);
  },
};

beforeAll(async () => {
  if (!existsSync(join(root, "dist/index.js"))) throw new Error("No dist/: run `npm run build` first.");
  writeSnippets(snippets, scaffold);
  // Snippets write to `.data`, relative to where they run.
  mkdirSync(join(workshop, "run"), { recursive: true });
  process.chdir(join(workshop, "run"));
  process.env["SESSION_SECRET"] = "a secret for snippets, 32 bytes or more";
  for (const { code, language } of snippets) if (language === "bash") makeSecret(code);
  try {
    started = await startSite();
  } catch (error) {
    // Only the tests that need it fail.
    failure = error;
  }
}, 120_000);

afterAll(() => started?.stop());

test("every snippet compiles as printed, under strict settings, against the published types", async () => {
  expect(await typeErrors(snippets)).toEqual([]);
}, 60_000);

// Some start a server, or a test runner with processes of its own.
const PATIENCE = 120_000;

describe.each(docs.filter((doc) => snippets.some((snippet) => snippet.doc === doc)))("%s", (doc) => {
  for (const snippet of snippets.filter((snippet) => snippet.doc === doc)) {
    const name = `${snippet.doc}:${snippet.line} ${snippet.key.split(" › ").slice(1).join(" › ")}`;
    test(
      name,
      async () => {
        expect.hasAssertions();
        if (snippet.language === "bash") return checkShell(snippet.code);
        if (isConfiguration(snippet)) return expect(() => readConfiguration(snippet)).not.toThrow();
        const check = checks[snippet.key];
        const claimed = claimsOf(snippet);
        if (!check && claimed.length === 0) {
          throw new Error(
            `Untested snippet at ${snippet.doc}:${snippet.line}. Add "${snippet.key}" to docs/snippets/, or claims ("// → value") to the snippet.`,
          );
        }
        if (!check) await runSnippet(snippet, claims);
        else
          await check({
            snippet,
            run: () => runSnippet(snippet, claims),
            get site() {
              if (!started) throw failure;
              return started;
            },
          });
        expect(claimed.filter((where) => !held.has(where))).toEqual([]);
      },
      PATIENCE,
    );
  }
});

test("no check without its snippet", () => {
  const keys = new Set(snippets.map(({ key }) => key));
  expect(Object.keys(checks).filter((key) => !keys.has(key))).toEqual([]);
});

test("every link within the documents leads somewhere", () => {
  const broken = docs.flatMap((doc) => {
    const text = readFileSync(join(root, doc), "utf8");
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
      if (/^https?:/.test(link!)) return [];
      const [path, anchor] = link!.split("#");
      const target = path ? join(root, doc, "..", path) : join(root, doc);
      if (!existsSync(target)) return [`${doc}: ${link}`];
      return anchor === undefined || anchors(target).has(anchor) ? [] : [`${doc}: ${link}`];
    });
  });
  expect(broken).toEqual([]);
});

/** As GitHub makes them of headings. */
function anchors(file: string): Set<string> {
  const headings = [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)];
  return new Set(
    headings.map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function commands(code: string): string[] {
  return code
    .split("\n")
    .flatMap((line) => line.split(" && "))
    .filter((command) => command !== "");
}

/** Every npm command must be one that works here. */
function checkShell(code: string): void {
  const { name, scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const command of commands(code)) {
    const [, verb, what] = /^npm (\S+) ?(.*)$/.exec(command) ?? [];
    if (verb === "ci") expect(existsSync(join(root, "package-lock.json"))).toBe(true);
    else if (verb === "test" || verb === "run")
      expect(Object.keys(scripts)).toContain(what?.split(" ", 1)[0] || verb);
    else if (verb === "install") expect(what).toBe(name);
    else
      expect(readFileSync(join(site, ".env.local"), "utf8"), command).toMatch(/^SESSION_SECRET=[\w-]{43}\n$/);
  }
}

/** The site gets its secret by the very line that the reader is given. */
function makeSecret(code: string): void {
  for (const command of commands(code)) {
    if (command.startsWith("node ")) execFileSync("sh", ["-c", command], { cwd: site });
  }
}
