import { readFileSync } from "node:fs";
import { parseAst } from "rolldown/parseAst";
import { expect, test } from "vitest";
import { keepFunctions } from "./keep-functions.ts";

function marked(code: string, fileName = "chunk.js"): string {
  const file = { fileName, code };
  keepFunctions.generateBundle.call(
    { parse: (text: string) => parseAst(text) as never },
    {},
    { [fileName]: file },
  );
  return file.code;
}

test.each([
  [
    "a function that is called once",
    "function f() {}\nlet a = f();",
    "function f() {}\nlet a = /* @__NOINLINE__ */ f();",
  ],
  [
    "one that calls itself",
    "function f(n) { return f(n - 1); }\ng(f(1));",
    "function f(n) { return f(n - 1); }\ng(/* @__NOINLINE__ */ f(1));",
  ],
  [
    "several, one in the other",
    "function f() {}\nfunction g() { return f(); }\ng();",
    "function f() {}\nfunction g() { return /* @__NOINLINE__ */ f(); }\n/* @__NOINLINE__ */ g();",
  ],
])("%s is marked at its call", (_, code, expected) => {
  expect(marked(code)).toBe(expected);
});

test.each([
  ["called twice", "function f() {}\nf();\nf();"],
  ["exported as well", "function f() {}\nf();\nexport { f };"],
  ["only passed on", "function f() {}\nlist.map(f);"],
  ["only named in a text", 'function f() {}\nthrow Error("f() needs a store.");'],
  ["made with new", "function f() {}\nnew f();"],
])("one that is %s is not", (_, code) => {
  expect(marked(code)).toBe(code);
});

test("types are left alone", () => {
  const types = "declare abstract class A {}";
  expect(marked(types, "index.d.ts")).toBe(types);
});

test("what is published keeps the functions of each request", () => {
  const code = readFileSync(new URL("../dist/index.js", import.meta.url), "utf8");
  for (const name of ["isPlain", "decodePayload", "keepUp", "writeChunks", "tryKeys"]) {
    expect(code).toContain(`/* @__NOINLINE__ */ ${name}(`);
  }
});
