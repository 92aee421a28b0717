import { describe, expect, it } from "vitest";
import { testStore } from "../testing/store-contract.ts";
import { fileStore, sqliteStore } from "./embedded.ts";
import { lazyStore } from "./lazy.ts";
import { memoryStore } from "./memory.ts";

testStore(
  { describe, it },
  {
    name: "a store loaded at its first use",
    create: () => lazyStore("memory", async () => memoryStore({ name: crypto.randomUUID() })),
  },
);

describe("a store loaded at its first use", () => {
  it("is loaded once, however many ask at the same time", async () => {
    let loads = 0;
    const store = lazyStore("memory", async () => {
      loads++;
      return memoryStore({ name: "lazy" });
    });
    expect(loads).toBe(0);
    await Promise.all([store.get("a"), store.get("b"), store.delete("c")]);
    await store.get("d");
    expect(loads).toBe(1);
  });

  it("is asked for again after it could not be loaded", async () => {
    let failing = true;
    const store = lazyStore("memory", async () => {
      if (failing) throw new Error("no such file");
      return memoryStore({ name: "lazy" });
    });
    await expect(store.get("a")).rejects.toThrow("no such file");
    failing = false;
    expect(await store.get("a")).toBeUndefined();
  });

  it("is not loaded to be closed", async () => {
    const store = lazyStore("memory", async () => {
      throw new Error("loaded");
    });
    await store.close?.();
  });

  it("has its options checked at once", () => {
    expect(() => sqliteStore({ path: "" })).toThrow(expect.objectContaining({ code: "ERR_CONFIG" }));
    expect(() => fileStore({ dir: "a\0b" })).toThrow(expect.objectContaining({ code: "ERR_CONFIG" }));
  });
});
