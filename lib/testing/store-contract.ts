/**
 * The contract that every `SessionStore` keeps, as tests: for everybody who writes one.
 *
 * With Vitest:
 *
 *     import { describe, it } from "vitest";
 *     import { testStore } from "next-beaker/testing";
 *     import { myStore } from "./my-store.js";
 *
 *     testStore({ describe, it }, { name: "myStore", create: () => myStore({ prefix: crypto.randomUUID() }) });
 *
 * With `node:test`, for a store that keeps its records on disk and is shared by processes:
 *
 *     import { describe, it } from "node:test";
 *
 *     testStore({ describe, it }, {
 *       name: "myStore",
 *       durable: true,
 *       secondProcess: new URL("./open-my-store.js", import.meta.url),
 *       create: async () => {
 *         const directory = await mkdtemp(join(tmpdir(), "my-store-"));
 *         return {
 *           store: myStore({ directory }),
 *           restart: () => myStore({ directory }),
 *           argument: directory,
 *           cleanup: () => rm(directory, { recursive: true }),
 *         };
 *       },
 *     });
 *
 *     // open-my-store.js
 *     export default (directory) => myStore({ directory });
 *
 * A store that has no `lock`, `list` or `prune` says so: `without: ["lock"]`. One whose back end removes expired
 * records by itself says `removesExpired: true`. One that compares and sets within one process only says so in its
 * `capabilities` and here, `compareAndSet: "process"`: what that leaves out stands in the results, as a case of its own.
 *
 * Write `get`, `set`, `touch` and `delete` first, each as one atomic step of your back end: most cases are about what
 * happens when two of them meet. `lock` comes nearly by itself where there is a compare-and-set.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { SessionStore, StoreCapabilities } from "../stores/store.ts";
import { clockCases } from "./contract/clocks.ts";
import { conditionCases } from "./contract/conditions.ts";
import { durabilityCases } from "./contract/durability.ts";
import { leaseCases } from "./contract/leases.ts";
import { listCases } from "./contract/listing.ts";
import { lockCases } from "./contract/locks.ts";
import { processCases, startSecond } from "./contract/processes.ts";
import type { OptionalMethod } from "./contract/subject.ts";
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
  /** What {@link StoreContractOptions.secondProcess} is given to find the same data. Goes there as JSON. */
  readonly argument?: unknown;
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
   * The optional methods that this store does not have: the cases about them are left out. A method that is missing
   * and not named here is a failure.
   *
   * @default []
   */
  readonly without?: readonly OptionalMethod[];
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
  /**
   * The store's {@link StoreCapabilities.compareAndSet}. `"process"` leaves out the cases in which two processes
   * compare and set; each of them is shown as left out.
   *
   * @default "shared"
   */
  readonly compareAndSet?: StoreCapabilities["compareAndSet"];
  /**
   * A module (its `file:` URL) whose default export opens the store, given {@link StoreUnderTest.argument}. Adds the
   * cases in which a second process, started with Node itself, shares the store, and is killed. For a store that
   * processes cannot share, leave it out.
   */
  readonly secondProcess?: string | URL | undefined;
}

/**
 * Registers the contract that every `SessionStore` keeps: one test a case.
 *
 * The suite uses the real clock, some ten thousand operations, and keys of its own. Cases about leases take a second each.
 *
 * @example
 * import { describe, it } from "node:test"; // or "vitest"
 * import { testStore } from "next-beaker/testing";
 *
 * testStore({ describe, it }, { name: "my store", create: () => myStore() });
 */
export function testStore({ describe, it }: TestRunner, options: StoreContractOptions): void {
  const { without = [], removesExpired, durable, secondProcess, compareAndSet = "shared" } = options;
  const has = ({ needs = [] }: { needs?: readonly OptionalMethod[] }) =>
    !needs.some((method) => without.includes(method));
  const cases = [
    ...valueCases,
    ...conditionCases,
    ...clockCases,
    ...upkeepCases,
    ...lockCases,
    ...leaseCases,
    ...listCases,
  ].filter((one) => has(one) && !(one.needsExpired && removesExpired));

  describe(`${options.name} keeps the store contract`, () => {
    it("has the optional methods that it says it has", () =>
      withStore(options, async ({ store }) => {
        for (const method of ["lock", "list", "prune"] as const) {
          const expected = without.includes(method) ? "undefined" : "function";
          assert.equal(typeof store[method], expected, `${method}(): see \`without\``);
        }
      }));
    it(`compares and sets among ${compareAndSet === "shared" ? "all who share it" : "one process only"}`, () =>
      withStore(options, async ({ store }) => {
        const said = store.capabilities?.compareAndSet ?? "shared";
        assert.equal(said, compareAndSet, "the store's capabilities.compareAndSet: see `compareAndSet`");
      }));
    for (const { name, run } of cases) it(name, () => withStore(options, ({ store }) => run(full(store))));
    if (durable) for (const { name, run } of durabilityCases) it(name, () => withStore(options, run));
    if (secondProcess === undefined) return;
    for (const { name, run, needsSharedCompareAndSet } of processCases.filter(has)) {
      if (needsSharedCompareAndSet && compareAndSet === "process") {
        it(`LEFT OUT, as it compares and sets within one process only: ${name}`, async () => {});
        continue;
      }
      it(name, () =>
        withStore(options, async ({ store, argument }) => {
          const second = await startSecond(secondProcess, argument);
          await run(full(store), second).finally(second.kill);
        }),
      );
    }
  });
}

/** A case calls only what it needs, and is left out where that is missing. */
const full = (store: SessionStore) => store as Required<SessionStore>;

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
