import { describe, expect, it } from "vitest";
import { ConfigError } from "../errors.ts";
import { record } from "../testing/contract/subject.ts";
import { testStore } from "../testing/store-contract.ts";
import { memoryStore } from "./memory.ts";

const freshName = () => crypto.randomUUID();

testStore({ describe, it }, { name: "memoryStore", create: () => memoryStore({ name: freshName() }) });

describe("memoryStore", () => {
  it("shares records between stores of one name, as copies of the module need it", async () => {
    const name = freshName();
    await memoryStore({ name }).set("k", record({ value: "shared" }));
    expect((await memoryStore({ name }).get("k"))?.value).toBe("shared");
    expect(await memoryStore({ name: freshName() }).get("k")).toBeUndefined();
  });

  it("shares records with a second evaluation of the module", async () => {
    const name = freshName();
    const again: typeof import("./memory.ts") = await import(
      /* @vite-ignore */ "./memory.ts?again" as string
    );
    expect(again.memoryStore).not.toBe(memoryStore);
    const first = await memoryStore({ name }).set("k", record());
    const second = await again.memoryStore({ name }).set("k", record());
    expect((await memoryStore({ name }).get("k"))?.version).toBe(second);
    expect(second).not.toBe(first);
  });

  it("keeps its records when closed, since another copy may use them", async () => {
    const store = memoryStore({ name: freshName() });
    await store.set("k", record());
    await store.close?.();
    expect(await store.get("k")).toBeDefined();
  });

  it("does not grow without bound when nobody prunes", async () => {
    const name = freshName();
    const store = memoryStore({ name });
    const lifetime = 500;
    for (let now = 0; now < 20_000; now++) {
      await store.set(`k${now}`, record({ createdAt: now, accessedAt: now, expiresAt: now + lifetime }));
    }
    expect(sizeOf(name)).toBeLessThan(2 * lifetime);
    expect(sizeOf(name)).toBeGreaterThanOrEqual(lifetime);
  });

  it("sweeps away neither the living nor the everlasting", async () => {
    const store = memoryStore({ name: freshName() });
    await store.set("never", record({ expiresAt: null }));
    await store.set("living", record({ expiresAt: 1_000_000 }));
    for (let now = 0; now < 2000; now++) {
      await store.set(`k${now}`, record({ accessedAt: now, expiresAt: now + 1 }));
    }
    expect(await store.get("never")).toBeDefined();
    expect(await store.get("living")).toBeDefined();
  });

  it("gives records that the caller cannot change in place", async () => {
    const store = memoryStore({ name: freshName() });
    const given = { ...record({ value: "first" }) };
    await store.set("k", given);
    Object.assign(given, { value: "changed" });
    const found = await store.get("k");
    expect(() => Object.assign(found ?? {}, { value: "changed" })).toThrow(TypeError);
    expect((await store.get("k"))?.value).toBe("first");
  });

  it.each([{ name: "" }, { name: 1 }, { nmae: "x" }])("refuses the options %j", (options) => {
    expect(() => memoryStore(options as never)).toThrow(ConfigError);
  });
});

function sizeOf(name: string): number | undefined {
  const home = globalThis as unknown as Record<
    symbol,
    { byName: Map<string, { records: Map<string, unknown> }> }
  >;
  return home[Symbol.for("next-beaker.memory")]?.byName.get(name)?.records.size;
}
