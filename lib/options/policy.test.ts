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
});
