import { inspect } from "node:util";
import { expect, it } from "vitest";
import { withoutValues } from "./cause.ts";

const SECRET = "4111 1111 1111 1111";

class DriverError extends Error {
  override name = "DriverError";
  readonly code = "08006";
}

/** What other drivers than `pg` do to each error of a statement: their sources, as of postgres.js 3.4 and PGlite 0.3. */
const DRIVERS: ReadonlyArray<readonly [name: string, error: Error]> = [
  [
    "postgres.js",
    Object.defineProperties(new DriverError("lost"), {
      query: { value: "SELECT $1", enumerable: false },
      parameters: { value: [SECRET], enumerable: false },
      args: { value: [SECRET], enumerable: false },
    }),
  ],
  [
    "postgres.js with debug",
    Object.defineProperties(new DriverError("lost"), {
      query: { value: "SELECT $1", enumerable: true },
      parameters: { value: [SECRET], enumerable: true },
      args: { value: [SECRET], enumerable: true },
    }),
  ],
  ["PGlite", Object.assign(new DriverError("lost"), { query: "SELECT $1", params: [SECRET] })],
];

it.each(DRIVERS)("keeps all of an error of %s but the parameters", (_, error) => {
  const cause = withoutValues(error);
  expect(inspect(cause, { depth: 9, showHidden: true })).not.toContain("4111");
  expect(cause).toBeInstanceOf(DriverError);
  expect(cause).toMatchObject({ code: "08006", name: "DriverError", message: "lost", stack: error.stack });
  expect(inspect(error, { showHidden: true })).toContain("4111");
});

it.each([
  [
    "an error that tells nothing",
    Object.assign(new DriverError("lost"), { detail: undefined, where: undefined }),
  ],
  ["several errors in one", new AggregateError([new Error("a")], "b")],
  ["what is no error", "lost"],
])("leaves %s as it is", (_, error) => {
  expect(withoutValues(error)).toBe(error);
});
