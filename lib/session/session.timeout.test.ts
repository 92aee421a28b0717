/** A store that has stopped answering: no request hangs on it, and what comes too late does no harm. */
import { expect, test } from "vitest";
import { LockTimeoutError, StoreUnavailableError } from "../errors.ts";
import { memoryStore } from "../stores/memory.ts";
import type { LockOptions, SessionStore } from "../stores/store.ts";
import { cookieKind, memoryKind } from "./kinds.testing.ts";

const LIMIT = 0.05;

/** Answers nothing while frozen, and does what it was asked when it thaws. */
function frozen() {
  const { sessions, ...rest } = memoryKind.scene({
    storeTimeout: LIMIT,
    subject: ({ user }) => user as string,
  });
  const { store } = rest;
  let thaw: (() => void) | undefined;
  let wait: Promise<void> | undefined;
  const methods: Record<string, unknown> = store as never;
  for (const name of ["get", "set", "touch", "delete", "lock"]) {
    const method = methods[name] as (...args: unknown[]) => Promise<unknown>;
    methods[name] = async (...args: unknown[]) => {
      await wait;
      return method(...args);
    };
  }
  const { list } = store;
  store.list = async function* (subject) {
    await wait;
    yield* (list as NonNullable<typeof list>)(subject);
  };
  return {
    ...rest,
    sessions,
    freeze() {
      wait = new Promise((resolve) => {
        thaw = resolve;
      });
    },
    async thaw() {
      thaw?.();
      wait = undefined;
      await new Promise((resolve) => setTimeout(resolve, 10));
    },
  };
}

test("every operation fails as unavailable, and all is well afterwards", async () => {
  const { browser, sessions, freeze, thaw, happened } = frozen();
  const id = await browser.start({ a: 1, user: "ada" });
  const { session, cookies } = await browser.begin();
  session.data["b"] = 2;
  freeze();
  happened();
  const operations: Record<string, () => Promise<unknown>> = {
    getSession: () => sessions.getSession(browser.request()),
    save: () => session.save(),
    "save({ accessedOnly })": () => session.save({ accessedOnly: true }),
    regenerate: () => session.regenerate(),
    invalidate: () => session.invalidate(),
    delete: () => session.delete(),
    lock: () => session.lock({ wait: 0 }),
    update: () => session.update(() => {}, { wait: 0 }),
    remaining: () => sessions.remaining(browser.request()),
    getById: () => sessions.getById(id),
    list: () => sessions.list("ada"),
    revokeAll: () => sessions.revokeAll("ada"),
    revoke: () => sessions.revoke(id),
  };
  for (const [name, operation] of Object.entries(operations)) {
    await expect(operation(), name).rejects.toThrow(StoreUnavailableError);
    expect(happened(), name).toContain("store-error");
  }
  await thaw();
  browser.answered(cookies);
  await browser.start({ c: 3 });
  expect(await browser.data()).toMatchObject({ c: 3 });
});

test("a save that was given up and done all the same is no conflict for the next one", async () => {
  const { browser, freeze, thaw } = frozen();
  await browser.start({ a: 1 });
  const { session } = await browser.begin();
  session.data["a"] = 2;
  freeze();
  await expect(session.save()).rejects.toThrow("whether it did its work is not known");
  await thaw();
  expect(await browser.data()).toEqual({ a: 2 });
  session.data["b"] = 3;
  await session.save({ onConflict: "throw" });
  expect(await browser.data()).toEqual({ a: 2, b: 3 });
});

test("a lock that came too late is given back", async () => {
  const { browser, freeze, thaw } = frozen();
  await browser.start({ a: 1 });
  const [first, second] = [await browser.begin(), await browser.begin()];
  freeze();
  await expect(first.session.lock({ wait: 0, lease: 60 })).rejects.toThrow(StoreUnavailableError);
  await thaw();
  await (await second.session.lock({ wait: 0 })).unlock();
});

test("a listing that was given up is ended in the store, which can let go of what it held for it", async () => {
  const { browser, sessions, store, freeze, thaw } = frozen();
  await browser.start({ user: "ada" });
  const { list } = store as Required<typeof store>;
  const listings: string[] = [];
  store.list = async function* (subject) {
    listings.push("begun");
    try {
      yield* list(subject);
    } finally {
      listings.push("ended");
    }
  };
  freeze();
  await expect(sessions.list("ada")).rejects.toThrow(StoreUnavailableError);
  await thaw();
  expect(listings).toEqual(["begun", "ended"]);
  // And one that gave what it was asked for, which then failed.
  store.fails = (method) => (method === "delete" || method === "set" ? "before" : undefined);
  await expect(sessions.revokeAll("ada")).rejects.toThrow(StoreUnavailableError);
  await expect.poll(() => listings).toEqual(["begun", "ended", "begun", "ended"]);
});

test("an id that rotates while the store freezes leads to the session all the same", async () => {
  const { browser, store, clock, release } = frozen();
  const rotating = release({ rotateEvery: 60, graceSeconds: 30, storeTimeout: LIMIT });
  await rotating.browser.start({ a: 1 });
  clock.advance(61);
  const { set } = store;
  // The note under the old id is written, but nobody hears of it.
  store.set = async (key, record, when) => {
    const version = await set(key, record, when);
    return typeof when === "object" && version !== false ? new Promise(() => {}) : version;
  };
  expect((await rotating.browser.begin()).session.data).toEqual({ a: 1 });
  expect(rotating.happened()).toContain("store-error");
  store.set = set;
  expect(await browser.data()).toEqual({ a: 1 });
});

test("waiting for a lock is no failure of the store", async () => {
  const { browser, happened } = frozen();
  await browser.start({ a: 1 });
  const [first, second] = [await browser.begin(), await browser.begin()];
  const lock = await first.session.lock();
  happened();
  await expect(second.session.lock({ wait: LIMIT * 4 })).rejects.toThrow(LockTimeoutError);
  const reason = new Error("the client went away");
  const aborted = second.session.lock({ wait: 10, signal: AbortSignal.abort(reason) });
  await expect(aborted).rejects.toBe(reason);
  expect(happened()).toEqual([]);
  await lock.unlock();
});

test("the store is told how long a step of a lock may take", async () => {
  const told: LockOptions[] = [];
  const memory = memoryStore({ name: "told" });
  const store: SessionStore = {
    ...memory,
    lock: (key, options) => {
      told.push(options);
      return (memory as Required<SessionStore>).lock(key, options);
    },
  };
  for (const storeTimeout of [undefined, 3, null]) {
    const { browser } = memoryKind.scene({
      ...(storeTimeout === undefined ? {} : { storeTimeout }),
      store,
    } as never);
    await browser.start({ a: 1 });
    await browser.visit((session) => session.update(() => {}));
  }
  expect(told.map(({ timeout }) => timeout)).toEqual([2000, 3000, null]);
});

test("the limit is a positive number, in the policy, and not for cookie sessions", () => {
  for (const storeTimeout of [0, -1, Number.NaN, "2"]) {
    expect(() => memoryKind.scene({ storeTimeout } as never)).toThrow(
      /storeTimeout must be a number of seconds/,
    );
  }
  expect(() => cookieKind.scene({ storeTimeout: 2 })).toThrow(/storeTimeout needs a store/);
  expect(memoryKind.scene().sessions.describePolicy().storeTimeout).toBe(2);
  expect(memoryKind.scene({ storeTimeout: null }).sessions.describePolicy().storeTimeout).toBe(null);
  expect(cookieKind.scene().sessions.describePolicy().storeTimeout).toBe(null);
});
