/** docs/postgres.md: the stores are made, and know their tables; the servers' own tests are in lib/stores. */
import { expect } from "vitest";
import type { Checks } from "./checks.ts";

const made: Checks[string] = async ({ run }) => {
  const { store } = await run();
  expect(store.name).toBe("postgres");
  expect(store.describeSchema()).toContain('"next_beaker_sessions"');
};

export const postgres: Checks = {
  "docs/postgres.md › Setting it up › session.ts": made,
  "docs/postgres.md › Other clients › session.ts": made,
};
