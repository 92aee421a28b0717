import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chartOf } from "../bench/report/chart.ts";
import { withResults } from "../bench/report/markdown.ts";
import { isMet } from "../bench/report/part.ts";
import { REASONS } from "../bench/report/reasons.ts";
import { readResults } from "../bench/report/results.ts";
import { CHART, DOCUMENT, RESULTS } from "../bench/report/write-docs.ts";

const results = readResults(RESULTS);
const goals = Object.values(results).flatMap(({ goals }) => goals);

test("the page shows the figures that were kept, and no others", () => {
  const document = readFileSync(DOCUMENT, "utf8");
  expect(document).toBe(withResults(document, results));
});

test("so does its chart", () => {
  expect(readFileSync(CHART, "utf8")).toBe(chartOf(results));
});

test("every goal has an id of its own", () => {
  expect(new Set(goals.map(({ id }) => id)).size).toBe(goals.length);
});

test("every goal that is missed has its reason", () => {
  const unexplained = goals.filter((goal) => !isMet(goal) && !REASONS[goal.id]);
  expect(unexplained.map(({ id, what }) => `${id}: ${what}`)).toEqual([]);
});

test("no reason without its goal", () => {
  const ids = new Set(goals.map(({ id }) => id));
  expect(Object.keys(REASONS).filter((id) => !ids.has(id))).toEqual([]);
});
