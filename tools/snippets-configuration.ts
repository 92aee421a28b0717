/** Reads the documentation's configuration files, as far as they go: a slip of indentation or a quote fails. */
import type { Snippet } from "./snippets.ts";

export function isConfiguration({ language }: Pick<Snippet, "language">): boolean {
  return language === "yaml" || language === "toml";
}

/** @throws {Error} that names the line. */
export function readConfiguration({ doc, line, language, code }: Snippet): void {
  const read = language === "yaml" ? readYaml : readToml;
  read(code.split("\n"), (index, problem) => {
    throw new Error(`${doc}:${line + index}: ${problem}`);
  });
}

type Complain = (index: number, problem: string) => never;

/** Block mappings and lists of plain or double-quoted scalars, two spaces a level. */
function readYaml(lines: readonly string[], complain: Complain): void {
  /** How far the next line must be indented at least, where the one before is a key without a value. */
  let open: { indent: number } | undefined;
  let levels = [0];
  for (const [index, text] of lines.entries()) {
    if (text === "" || /^\s*#/.test(text)) continue;
    if (text === "---") {
      levels = [0];
      open = undefined;
      continue;
    }
    const [, spaces = "", dash = "", rest = ""] = /^( *)((?:- )?)(.+)$/.exec(text) ?? [];
    if (spaces.length % 2 === 1 || text.includes("\t")) complain(index, "indent by two spaces");
    const indent = spaces.length;
    const deepest = levels.at(-1) as number;
    if (indent > deepest && !(open && indent > open.indent))
      complain(index, "nothing above opens this level");
    if (indent < deepest && !levels.includes(indent)) complain(index, "this level was never opened");
    levels = [...levels.filter((level) => level < indent), indent];
    const [, key, value] = /^([\w./-]+):(?: (.+))?$/.exec(rest) ?? [];
    const scalar = key === undefined ? (dash ? rest : complain(index, "neither a key nor an item")) : value;
    if (scalar !== undefined) checkScalar(scalar, index, complain);
    // The keys of an item stand below its first one, past the dash.
    if (dash && key !== undefined) levels.push(indent + 2);
    open = key !== undefined && value === undefined ? { indent: indent + dash.length } : undefined;
  }
}

function checkScalar(scalar: string, index: number, complain: Complain): void {
  if (scalar.startsWith('"')) JSON.parse(scalar);
  else if (/^[[{&*!|>'%@`]/.test(scalar) || /: | #/.test(scalar.replace(/\$\{[^}]*\}/g, ""))) {
    complain(index, `quote ${scalar}`);
  }
}

/** Tables, arrays of tables, and keys with values that JSON has as well. */
function readToml(lines: readonly string[], complain: Complain): void {
  for (const [index, text] of lines.entries()) {
    if (text === "" || text.startsWith("#") || /^\[[\w.-]+\]$|^\[\[[\w.-]+\]\]$/.test(text)) continue;
    const [, value] = /^[\w-]+ = (.+)$/.exec(text) ?? complain(index, "neither a table nor a key");
    try {
      JSON.parse(value as string);
    } catch {
      complain(index, `no value: ${value}`);
    }
  }
}
