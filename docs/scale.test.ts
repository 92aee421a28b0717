import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withTables } from "../bench/report/markdown.ts";
import { readResults } from "../bench/report/results.ts";
import { RESULTS, SCALE } from "../bench/report/write-docs.ts";

test("the page shows the figures that were kept, and no others", () => {
  const document = readFileSync(SCALE, "utf8");
  expect(document).toBe(withTables(document, "docs/scale.md", readResults(RESULTS)));
});
