import assert from "node:assert/strict";
import type { SessionStore } from "../stores/store.ts";
import { clockCases } from "./contract/clocks.ts";
import { conditionCases } from "./contract/conditions.ts";
import { type ContractCase, freshKey, record } from "./contract/subject.ts";
import { upkeepCases } from "./contract/upkeep.ts";
import { valueCases } from "./contract/values.ts";

/** The two functions that Vitest, Jest, Mocha, Bun and `node:test` have in common. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

/** A store to test, with what belongs to it. */
export interface StoreUnderTest {
  readonly store: SessionStore;
  /** Opens the same data anew, as after a restart of the process; `store` has been closed by then. */
  restart?(): SessionStore | Promise<SessionStore>;
  /** Removes the data. The store has been closed by then. */
  cleanup?(): void | Promise<void>;
}

/** What {@link testStore} is told. */
export interface StoreContractOptions {
  /** Shown in the tests' names. */
  readonly name: string;
  /** Gives an empty store that shares nothing with those before it. Called once a case. */
  create(): SessionStore | StoreUnderTest | Promise<SessionStore | StoreUnderTest>;
  /**
   * Whether records outlive the process. True adds the cases that need {@link StoreUnderTest.restart}.
   *
   * @default false
   */
  readonly durable?: boolean;
  /**
   * Whether the back end removes expired records by itself (Redis does). True leaves out the cases that look
   * at records past their expiry.
   *
   * @default false
   */
  readonly removesExpired?: boolean;
}

/**
 * Registers the contract that every `SessionStore` keeps: one test a case.
 *
 * Optional methods that a store does not have are not asked for. The suite uses the real clock, a few
 * thousand operations, and keys of its own.
 *
 * @example
 * import { describe, it } from "node:test"; // or "vitest"
 * import { testStore } from "next-beaker/testing";
 *
 * testStore({ describe, it }, { name: "my store", create: () => myStore() });
 */
export function testStore({ describe, it }: TestRunner, options: StoreContractOptions): void {
  const all = [...valueCases, ...conditionCases, ...clockCases, ...upkeepCases];
  const cases = all.filter(({ needsExpired }) => !(needsExpired && options.removesExpired));

  describe(`${options.name} keeps the store contract`, () => {
    for (const { name, run } of cases) it(name, () => withStore(options, ({ store }) => run(store)));
    if (options.durable) for (const { name, run } of durabilityCases) it(name, () => withStore(options, run));
  });
}

const durabilityCases: ReadonlyArray<{
  readonly name: ContractCase["name"];
  run(subject: StoreUnderTest): Promise<void>;
}> = [
  {
    name: "keeps records, deletions and versions over a restart",
    async run(subject) {
      const [kept, deleted] = [freshKey(), freshKey()];
      await subject.store.set(kept, record({ value: "kept", subject: "somebody" }));
      const before = await subject.store.get(kept);
      const old = await subject.store.set(deleted, record());
      await subject.store.delete(deleted);
      await subject.store.close?.();

      assert.ok(subject.restart, "a durable store's create() must give restart()");
      const store = await subject.restart();
      try {
        assert.deepEqual({ ...(await store.get(kept)) }, { ...before });
        assert.equal(await store.get(deleted), undefined);
        assert.notEqual(await store.set(deleted, record(), "absent"), old);
        assert.equal(await store.set(deleted, record(), { version: String(old) }), false);
        assert.notEqual(await store.set(kept, record(), { version: before?.version ?? "" }), false);
      } finally {
        await store.close?.();
      }
    },
  },
];

async function withStore(
  options: StoreContractOptions,
  run: (subject: StoreUnderTest) => Promise<void>,
): Promise<void> {
  const made = await options.create();
  const subject: StoreUnderTest = "store" in made ? made : { store: made };
  try {
    await run(subject);
  } finally {
    await subject.store.close?.();
    await subject.cleanup?.();
  }
}
