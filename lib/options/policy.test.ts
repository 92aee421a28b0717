import { describe, expect, test } from "vitest";
import { SECRET } from "../session/kinds.testing.ts";
import { resolveStore } from "./kind.ts";
import type { SessionOptions } from "./options.ts";
import { describePolicy } from "./policy.ts";
import { resolveOptions } from "./resolve.ts";

const policy = (options: object) =>
  describePolicy(
    resolveOptions({ type: "cookie", secret: SECRET, ...options } as SessionOptions, resolveStore),
  );

describe("the policy, whose other values the tests of describePolicy() compare", () => {
  test.each([1, 3, 4])("counts what fits into %d cookies", (cookieChunks) => {
    const { cookie, text } = policy({ cookieChunks });
    expect(cookie.maxBytes).toBe(cookieChunks * 4096);
    expect(text).toContain(`at most ${cookieChunks * 4096} bytes`);
  });

  test("names every limit and flag", () => {
    const { rotateEvery, maxPerSubject, cookie, text } = policy({
      type: "memory",
      rotateEvery: 900,
      subject: () => "ada",
      maxPerSubject: 5,
      priority: "high",
    });
    expect([rotateEvery, maxPerSubject, cookie.priority]).toEqual([900, 5, "high"]);
    for (const words of ["every 900 s", "at most 5", "Priority=high"]) expect(text).toContain(words);
    expect(policy({})).toMatchObject({ rotateEvery: null, maxPerSubject: null, cookie: { priority: null } });
    expect(policy({}).text).toContain("any number");
  });
});
