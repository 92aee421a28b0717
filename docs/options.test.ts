import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createSessions } from "../lib/index.ts";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

/** From the error for one that is unknown, which lists them all. */
function allOptions(): string[] {
  try {
    createSessions({ zzzzzzzzzz: 1 } as object);
  } catch (error) {
    return /Known options: (.*)\./.exec((error as Error).message)![1]!.split(", ");
  }
  throw new Error("An unknown option was accepted.");
}

test("the page of options has each of them, once", () => {
  const rows = [...read("options.md").matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect(rows.toSorted()).toEqual(allOptions().toSorted());
});

test("README's list of recipes is that of their headings", () => {
  const recipes = /\n## Recipes\n(.*?)\n## /s.exec(read("../README.md"))![1]!;
  const listed = [...recipes.matchAll(/^- \[(.+)\]\(#/gm)].map(([, title]) => title);
  const headings = [...recipes.matchAll(/^### (.+)$/gm)].map(([, title]) => title);
  expect(headings.length).toBeGreaterThan(15);
  expect(listed).toEqual(headings);
});
