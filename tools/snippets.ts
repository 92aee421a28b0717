/**
 * Takes the code out of the documentation, so that a test can run it (`docs/snippets.test.ts`).
 *
 * A snippet is a fenced block. If its first line is a comment with a path, it is that file. What belongs to the
 * quick start, and all under `app/` and `pages/`, makes up one Next.js app, the site; what a document has under
 * `stores/` stands together; any other snippet stands in a folder of its own. `@/` leads to the site.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root: string = dirname(dirname(fileURLToPath(import.meta.url)));
/** Inside the repository, so that `next-beaker` is found by the package's own name; `.next*` is not in git. */
export const workshop: string = join(root, ".next-snippets");
export const site: string = join(workshop, "site");

/** One fenced block. */
export interface Snippet {
  /** `README.md` or `docs/….md`. */
  readonly doc: string;
  /** Line of the first line of code, from 1. */
  readonly line: number;
  /** What the tests know it by: document, nearest heading, caption if any, and a number from the second on. */
  readonly key: string;
  readonly language: string;
  /** The path in its caption. */
  readonly path: string | undefined;
  readonly code: string;
  /** Where it was written, exactly as printed. */
  readonly file: string;
}

const CODE = new Set(["ts", "tsx", "js", "mjs", "bash", "yaml", "toml"]);
const PROSE = new Set(["text", "json"]);
const CAPTION = /^(?:\/\/|#) ([\w./[\]-]+\.(?:ts|tsx|js|mjs|yaml|toml))$/;

/** All snippets of these documents, in order. @throws {Error} for a fence whose language nobody checks. */
export function readSnippets(docs: readonly string[]): Snippet[] {
  const seen = new Map<string, number>();
  return docs.flatMap((doc) => fences(doc).map((fence) => toSnippet(fence, seen)));
}

interface Fence {
  readonly doc: string;
  readonly line: number;
  readonly heading: string;
  readonly language: string;
  readonly code: string;
}

function fences(doc: string): Fence[] {
  const found: Fence[] = [];
  let heading = "";
  let open: { line: number; language: string; code: string[] } | undefined;
  for (const [index, text] of readFileSync(join(root, doc), "utf8").split("\n").entries()) {
    const fence = /^\s*(`{3,}|~{3,})(.*)$/.exec(text);
    if (!fence) {
      if (open) open.code.push(text);
      else heading = /^#+ (.+)$/.exec(text)?.[1] ?? heading;
    } else if (!open) {
      const language = fence[2]!.trim();
      if (text.startsWith(" ") || fence[1] !== "```" || !(CODE.has(language) || PROSE.has(language))) {
        throw new Error(
          `${doc}:${index + 1}: a fence must begin its line and name one of ${[...CODE, ...PROSE]}`,
        );
      }
      open = { line: index + 2, language, code: [] };
    } else {
      const { line, language, code } = open;
      if (CODE.has(language)) found.push({ doc, line, heading, language, code: `${code.join("\n")}\n` });
      open = undefined;
    }
  }
  if (open) throw new Error(`${doc}:${open.line}: this fence is never closed`);
  return found;
}

function toSnippet(fence: Fence, seen: Map<string, number>): Snippet {
  const { doc, line, heading, language, code } = fence;
  const path = CAPTION.exec(code.slice(0, code.indexOf("\n")))?.[1];
  const name = [doc, heading, path ?? language].join(" › ");
  const count = (seen.get(name) ?? 0) + 1;
  seen.set(name, count);
  const key = count === 1 ? name : `${name} #${count}`;
  const inSite =
    path !== undefined && (heading === "Quick start" || /^(app|pages)\/|^next\.config/.test(path));
  const page = basename(doc, ".md");
  const own = path?.startsWith("stores/") ? page : `${page}-${line}`;
  const folder = inSite ? site : join(workshop, "alone", own);
  return { doc, line, key, language, path, code, file: join(folder, path ?? `snippet.${language}`) };
}

/** Writes every snippet to its file, exactly as printed, and the scaffold that `create-next-app` would have made. */
export function writeSnippets(
  snippets: readonly Snippet[],
  scaffold: Readonly<Record<string, string>>,
): void {
  rmSync(workshop, { recursive: true, force: true });
  const files = new Map<string, string>();
  for (const { file, code, doc, line, language } of snippets) {
    if (language === "bash") continue;
    if (files.has(file)) throw new Error(`${doc}:${line}: another snippet is this file already: ${file}`);
    files.set(file, code);
  }
  for (const [path, text] of Object.entries(scaffold)) files.set(join(site, path), text);
  files.set(
    join(workshop, "tsconfig.json"),
    JSON.stringify(tsconfig("./site/*", ["site", "alone"]), null, 2),
  );
  files.set(join(site, "tsconfig.json"), JSON.stringify(tsconfig("./*", ["."]), null, 2));
  for (const [file, text] of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** What `create-next-app` sets, and the two stricter checks that a reader may have on. */
function tsconfig(alias: string, folders: readonly string[]): object {
  return {
    compilerOptions: {
      target: "ES2022",
      lib: ["dom", "dom.iterable", "esnext"],
      module: "esnext",
      moduleResolution: "bundler",
      moduleDetection: "force",
      jsx: "react-jsx",
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      isolatedModules: true,
      verbatimModuleSyntax: true,
      resolveJsonModule: true,
      esModuleInterop: true,
      allowJs: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
      incremental: true,
      types: ["node"],
      plugins: [{ name: "next" }],
      paths: { "@/*": [alias] },
    },
    include: folders.flatMap((folder) => [`${folder}/**/*.ts`, `${folder}/**/*.tsx`]),
    exclude: ["node_modules", "**/.next"],
  };
}

/** The compiler's complaints, by the document's own lines. */
export async function typeErrors(snippets: readonly Snippet[]): Promise<string[]> {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const output = await new Promise<string>((resolve) => {
    const args = [tsc, "-p", workshop, "--pretty", "false", "--incremental", "false"];
    execFile(process.execPath, args, { cwd: workshop }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [, path, row, message] = /^(.+?)\((\d+),\d+\): (.+)$/.exec(line) ?? [];
      const snippet = snippets.find(({ file }) => path !== undefined && relative(workshop, file) === path);
      return snippet ? `${snippet.doc}:${snippet.line + Number(row) - 1}: ${message}` : line;
    });
}

/** What a snippet's own claims are held against. */
export interface Claims {
  equal(actual: unknown, expected: unknown, where: string): void;
  throws(work: () => Promise<unknown>, error: string, where: string): Promise<void>;
}

// A reader's code runs on Node, with the published files: nothing of the test runner's comes between.
const nativeImport: (url: string) => Promise<Module> = createRequire(import.meta.url)("./native-import.cjs");

// biome-ignore lint/suspicious/noExplicitAny: the exports of somebody's module.
export type Module = Record<string, any>;

/** A package as its users get it, by its name: `next-beaker` from `dist`. */
export function importByName(name: string): Promise<Module> {
  return nativeImport(name);
}

let runs = 0;

/**
 * Runs a snippet, and holds it to what its comments say: `// → value` after an expression or a declaration,
 * `// throws Name` after a statement. Gives its exports.
 */
export async function runSnippet(snippet: Snippet, claims: Claims): Promise<Module> {
  const id = `snippet${++runs}`;
  (globalThis as Module)[id] = claims;
  const lines = snippet.code.split("\n").map((line, index) => {
    const where = JSON.stringify(`${snippet.doc}:${snippet.line + index}`);
    return withClaim(line, id, where).replace(/(from ")([^"]+)(")/, (_, before, name, after) => {
      return before + resolvable(name) + after;
    });
  });
  const file = join(workshop, "run", id, basename(snippet.file));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lines.join("\n"));
  return nativeImport(pathToFileURL(file).href);
}

function withClaim(line: string, id: string, where: string): string {
  const claim = /^(\s*)(.+); \/\/ (→|throws) (.+)$/.exec(line);
  if (!claim) return line;
  const [, indent, code, kind, expected] = claim;
  if (kind === "throws")
    return `${indent}await ${id}.throws(async () => { ${code}; }, "${expected}", ${where});`;
  const declared = /^(?:const|let) (\w+)/.exec(code!)?.[1];
  const before = declared ? `${code}; ` : "";
  return `${indent}${before}${id}.equal(${declared ?? code}, (${expected}), ${where});`;
}

/** Node wants file names where bundlers take less. */
function resolvable(name: string): string {
  if (name.startsWith("@/")) return pathToFileURL(join(site, `${name.slice(2)}.ts`)).href;
  return /^next\/\w+$/.test(name) ? `${name}.js` : name;
}

/** The lines on which a snippet makes a claim. */
export function claimsOf({ doc, line, code }: Snippet): string[] {
  const lines = code.split("\n");
  return lines.flatMap((text, index) => (withClaim(text, "", "") === text ? [] : [`${doc}:${line + index}`]));
}
