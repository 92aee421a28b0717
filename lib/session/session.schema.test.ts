/** What a schema fills in is nobody's change. */
import { describe, expect, test } from "vitest";
import { ConflictError, CorruptSessionError } from "../errors.ts";
import type { StandardSchema } from "../options/standard-schema.ts";
import { type Extra, kinds, storeKinds } from "./kinds.testing.ts";

interface Shop {
  theme?: string;
  visits?: number;
}

const validate: StandardSchema<Shop>["~standard"]["validate"] = async (value) => {
  const { visits } = value as Shop;
  if (visits !== undefined && typeof visits !== "number")
    return { issues: [{ message: "visits must be a number" }] };
  return { value: { theme: "light", ...(value as Shop) } };
};
const checked: Extra<Shop> = { schema: { "~standard": { version: 1, vendor: "test", validate } } };

describe.each(storeKinds)("with a default of the schema, in $name", ({ scene }) => {
  /** A session stored by a release without the schema, and two requests that have read it. */
  async function two() {
    const plain = scene<Shop>();
    await plain.browser.start({ visits: 1 });
    const { browser, events } = plain.release<Shop>(checked);
    const [first, second] = [await browser.begin(), await browser.begin()];
    return { browser, events, plain, first: first.session, second: second.session };
  }

  test("another request's value is kept, and is no conflict", async () => {
    for (const onConflict of ["overwrite", "throw"] as const) {
      const { browser, events, first, second } = await two();
      second.data.theme = "dark";
      await second.save();
      first.data.visits = 2;
      await first.save({ onConflict });
      expect(first.data).toEqual({ theme: "dark", visits: 2 });
      expect(await browser.data()).toEqual({ theme: "dark", visits: 2 });
      expect(events.map(({ type }) => type)).not.toContain("conflict");
    }
  });

  test("a key that both changed is one", async () => {
    const { first, second } = await two();
    second.data.theme = "dark";
    await second.save();
    first.data.theme = "blue";
    await expect(first.save({ onConflict: "throw" })).rejects.toThrow(ConflictError);
  });

  test("lock() and update() give what the schema gives", async () => {
    const { browser, first, second, plain } = await two();
    await plain.browser.visit(async (session) => {
      session.data.visits = 5;
      await session.save();
    });
    const lock = await first.lock();
    expect(first.data).toEqual({ theme: "light", visits: 5 });
    await lock.unlock();
    await second.update((data) => {
      expect(data).toEqual({ theme: "light", visits: 5 });
      data.visits = 6;
    });
    expect(await browser.data()).toEqual({ theme: "light", visits: 6 });
  });

  test("what does not fit is not handed out, nor written over", async () => {
    const { first, second, plain } = await two();
    await plain.browser.visit(async (session) => {
      Object.assign(session.data, { visits: "many" });
      await session.save();
    });
    await expect(first.lock()).rejects.toThrow(CorruptSessionError);
    await expect(second.update(() => {})).rejects.toThrow(CorruptSessionError);
    second.data.theme = "blue";
    await expect(second.save()).rejects.toThrow(CorruptSessionError);
    expect(await plain.browser.data()).toEqual({ visits: "many" });
  });
});

test.each(kinds)(
  "a mere read of a $name session with a default saves nothing, with `auto`",
  async ({ scene }) => {
    const plain = scene<Shop>();
    await plain.browser.start({ visits: 1 });
    const { sessions, browser, happened } = plain.release<Shop>({ ...checked, auto: true });
    const cookies = browser.request();
    const object = sessions.object(cookies);
    expect((await object.get()).data).toEqual({ theme: "light", visits: 1 });
    await object.persist();
    expect(cookies.writes).toEqual([]);
    expect(happened()).toEqual(["loaded"]);
  },
);
