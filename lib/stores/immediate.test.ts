import { describe, expect, it, vi } from "vitest";
import { fileStore } from "./file.ts";
import { ask, promised } from "./immediate.ts";
import { memoryStore } from "./memory.ts";
import { scratchPath } from "./sqlite/scratch.testing.ts";
import { sqliteStore } from "./sqlite.ts";
import type { SessionStore } from "./store.ts";

const get = (store: SessionStore) => ask(store, store.get, "some key");

describe("promised", () => {
  it("makes a method that gives promises, of errors as well", async () => {
    const half = promised((n: number) => {
      if (n % 2 === 1) throw new RangeError(`${n} is odd`);
      return n / 2;
    });
    expect(half(4)).toBeInstanceOf(Promise);
    expect(await half(4)).toBe(2);
    await expect(half(3)).rejects.toThrow("3 is odd");
  });
});

describe("ask", () => {
  it("has the answer of an embedded store without a promise", () => {
    const sqlite = sqliteStore({ path: scratchPath() });
    expect([get(memoryStore()), get(sqlite)]).toEqual([undefined, undefined]);
  });

  it("throws at once what such a store throws", () => {
    const sqlite = sqliteStore({ path: "/proc/no/such/place.db" });
    expect(() => get(sqlite)).toThrow(expect.objectContaining({ code: "ERR_STORE_UNAVAILABLE" }));
  });

  it("has a promise of all others", async () => {
    expect(get(fileStore({ dir: scratchPath("sessions") }))).toBeInstanceOf(Promise);
    expect(await get({ ...memoryStore(), get: async () => undefined })).toBeUndefined();
  });

  it("calls a method on its store", async () => {
    class Bare {
      readonly kept = "kept";
      async get() {
        return this.kept;
      }
    }
    const bare = new Bare();
    expect(await ask(bare, bare.get)).toBe("kept");
  });

  it("asks whoever stands in the method's place", async () => {
    const store = memoryStore();
    const wrapped: SessionStore = { ...store, get: vi.fn(async (key) => store.get(key)) };
    await get(wrapped);
    const spy = vi.spyOn(store, "get");
    await get(store);
    expect([vi.mocked(wrapped.get).mock.calls, spy.mock.calls]).toEqual([[["some key"]], [["some key"]]]);
  });
});
