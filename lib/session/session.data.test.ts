import { describe, expect, test } from "vitest";
import { CookieTooLargeError, CorruptSessionError, SerializationError } from "../errors.ts";
import type { StandardSchema } from "../options/standard-schema.ts";
import { cookieKind, type Extra, kinds, storeKinds, type Values } from "./kinds.testing.ts";

interface User {
  name?: string;
  visits?: number;
}

/** As Zod and its like would do it: checks, and fills in a default. */
function schema(asynchronous: boolean): StandardSchema<User> {
  const validate = (value: unknown) => {
    const user = value as User;
    if (user.name !== undefined && typeof user.name !== "string")
      return { issues: [{ message: "name must be text" }] };
    return { value: { visits: 0, ...user } };
  };
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => (asynchronous ? Promise.resolve(validate(value)) : validate(value)),
    },
  };
}

describe.each(kinds)("the data of a $name session", ({ name, scene }) => {
  describe.each([
    ["that answers at once", false],
    ["that takes its time", true],
  ])("under a schema %s", (_, asynchronous) => {
    const checked: Extra<User> = { schema: schema(asynchronous) };

    test("is the schema's output, and revert() goes back to that", async () => {
      const { browser } = scene<User>(checked);
      await browser.start({ name: "Ada" });
      await browser.visit((session) => {
        expect(session.data).toEqual({ name: "Ada", visits: 0 });
        session.data.visits = 5;
        session.revert();
        expect(session.data).toEqual({ name: "Ada", visits: 0 });
      });
    });

    test("that does not fit starts a fresh session, or throws if asked to", async () => {
      for (const invalidateCorrupt of [true, false]) {
        const { browser, events } = scene<User>({ ...checked, invalidateCorrupt });
        const id = await browser.start({ name: 7 as unknown as string });
        if (invalidateCorrupt) {
          await browser.visit((session) => expect([session.isNew, session.data]).toEqual([true, {}]));
        } else {
          await expect(browser.begin()).rejects.toMatchObject({
            code: "ERR_CORRUPT",
            cause: expect.anything(),
          });
        }
        expect(events.at(-1)).toMatchObject({ type: "corrupt", reason: "schema", id });
        expect(String(events.at(-1)?.error)).toContain("name must be text");
      }
    });

    test("of a new session is empty: nothing was loaded that could be checked", async () => {
      const { browser } = scene<User>(checked);
      await browser.visit((session) => expect(session.data).toEqual({}));
    });
  });

  test("under a schema that throws is corrupt, not a crash", async () => {
    const failing = { "~standard": { version: 1, vendor: "test", validate: () => { throw new Error("bug"); } } } as const; // biome-ignore format: one line
    const { browser, happened } = scene({ schema: failing });
    await browser.start({ a: 1 });
    happened();
    await browser.visit((session) => expect(session.isNew).toBe(true));
    expect(happened()).toEqual(["corrupt"]);
  });

  describe("of an older version", () => {
    const migrate = (old: Values, from: number): Values => ({
      ...old,
      migrated: [...((old["migrated"] as number[]) ?? []), from],
    });

    test("is migrated on load, stored at the next save, and never migrated again", async () => {
      const { browser, release } = scene();
      await browser.start({ a: 1 });
      const second = release({ version: 2, migrate });
      for (let visit = 0; visit < 2; visit++) {
        await second.browser.visit((session) => {
          expect(session.data).toEqual({ a: 1, migrated: [0] });
          session.data["a"] = 9;
          session.revert();
          expect(session.data).toEqual({ a: 1, migrated: [0] });
        });
      }
      await second.browser.visit((session) => session.save());
      expect(await second.browser.data()).toEqual({ a: 1, migrated: [0] });
      const third = release({ version: 3, migrate });
      expect(await third.browser.data()).toEqual({ a: 1, migrated: [0, 2] });
    });

    test("keeps what the session was set to", async () => {
      const { browser, release } = scene();
      await browser.visit(async (session) => {
        session.timeout = 77;
        await session.save();
      });
      const second = release({ version: 2, migrate });
      await second.browser.visit((session) => session.save());
      await second.browser.visit((session) => expect(session.timeout).toBe(77));
    });

    test("is left alone by a server that is older than it, whose saves keep its version", async () => {
      const { browser, release } = scene({ version: 5 });
      await browser.start({ a: 1 });
      const old = release({ version: 2, migrate });
      await old.browser.visit(async (session) => {
        expect(session.data).toEqual({ a: 1 });
        session.data["b"] = 2;
        await session.save();
      });
      const again = release({ version: 5, migrate });
      expect(await again.browser.data()).toEqual({ a: 1, b: 2 });
    });

    test.each<[string, () => unknown]>([
      ["throws", () => { throw new Error("no such version"); }], // biome-ignore format: one line
      ["returns nothing", () => undefined],
      ["returns null", () => null],
      ["returns a promise", () => Promise.resolve({ a: 1 })],
    ])("is corrupt where migrate() %s", async (_, broken) => {
      const { browser, release } = scene();
      await browser.start({ a: 1 });
      const second = release({ version: 2, migrate: broken as () => Values });
      await second.browser.visit((session) => expect(session.isNew).toBe(true));
      expect(second.events.at(-1)).toMatchObject({ type: "corrupt", reason: "migrate" });
      const strict = release({ version: 2, migrate: broken as () => Values, invalidateCorrupt: false });
      await expect(strict.browser.begin()).rejects.toThrow(CorruptSessionError);
    });
  });

  describe("that cannot be kept", () => {
    test.each<[string, unknown, string]>([
      ["a function", () => {}, "data.user.bad"],
      ["a symbol", Symbol("x"), "data.user.bad"],
      ["a class instance", new (class Cart {})(), "data.user.bad"],
    ])("is a SerializationError that names the path, and changes nothing: %s", async (_, bad, path) => {
      const { browser, happened } = scene();
      await browser.start({ a: 1 });
      happened();
      await browser.visit(async (session, cookies) => {
        session.data["user"] = { bad };
        const failed = session.save();
        await expect(failed).rejects.toThrow(SerializationError);
        await expect(failed).rejects.toMatchObject({ code: "ERR_SERIALIZATION", path });
        expect(cookies.writes).toEqual([]);
        delete session.data["user"];
        session.data["b"] = 2;
        await session.save();
      });
      expect(happened()).toEqual(["loaded", "saved"]);
      expect(await browser.data()).toEqual({ a: 1, b: 2 });
    });

    test('with serializer: "json" is a date too', async () => {
      const { browser } = scene({ serializer: "json" });
      await browser.visit(async (session) => {
        session.data["at"] = new Date();
        await expect(session.save()).rejects.toMatchObject({ code: "ERR_SERIALIZATION", path: "data.at" });
        expect(session.isNew).toBe(true);
      });
      expect(browser.value()).toBeUndefined();
    });
  });

  test("written by another serializer is corrupt", async () => {
    const { browser, release } = scene();
    await browser.start({ at: new Date(1) });
    const json = release({ serializer: "json" });
    await json.browser.visit((session) => expect(session.isNew).toBe(true));
    expect(json.happened()).toEqual(["corrupt"]);
  });

  test("through the application's own serializer stays what it is, whatever its text looks like", async () => {
    const serializer = {
      serialize: (data: object) => `}"data":${Buffer.from(JSON.stringify(data)).toString("base64")}{`,
      parse: (text: string) => JSON.parse(Buffer.from(text.slice(8, -1), "base64").toString()) as Values,
    };
    const { browser } = scene({ serializer });
    await browser.start({ a: "\u{1f36a}" });
    expect(await browser.data()).toEqual({ a: "\u{1f36a}" });
  });

  test("cannot reach a prototype", async () => {
    const evil = '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}';
    const serializer = { serialize: () => evil, parse: (text: string) => JSON.parse(text) as Values };
    const { browser } = scene({ serializer });
    await browser.start({});
    await browser.visit((session) => {
      expect(session.data["admin"]).toBeUndefined();
      expect(({} as Values)["admin"]).toBeUndefined();
    });
  });

  test("is refused by isRevoked, sync or not, and the next save starts another session", async () => {
    for (const answer of [true, Promise.resolve(true)]) {
      const asked: unknown[] = [];
      const { browser, happened, clock } = scene({
        isRevoked: (info) => {
          asked.push(info);
          return answer;
        },
      });
      const created = clock();
      const id = await browser.start({ a: 1 });
      happened();
      await browser.visit((session) => expect([session.isNew, session.data]).toEqual([true, {}]));
      expect(asked).toEqual([expect.objectContaining({ id, created })]);
      expect(happened()).toEqual(["unknown-id"]);
    }
  });

  test("is kept by an isRevoked that says no, which is not asked about visitors without one", async () => {
    let asked = 0;
    const { browser } = scene({ isRevoked: () => { asked++; return false; } }); // biome-ignore format: one line
    await browser.visit();
    await browser.start({ a: 1 });
    expect(asked).toBe(0);
    expect(await browser.data()).toEqual({ a: 1 });
    expect(asked).toBe(1);
  });

  if (name === "cookie") {
    describe("at the size of a cookie", () => {
      const fits = async (length: number) => {
        const { browser } = scene();
        try {
          await browser.start({ text: "x".repeat(length) });
          return true;
        } catch (error) {
          expect(error).toBeInstanceOf(CookieTooLargeError);
          return false;
        }
      };
      const largest = async () => {
        let [low, high] = [0, 4096];
        while (high - low > 1) {
          const middle = (low + high) >> 1;
          if (await fits(middle)) low = middle;
          else high = middle;
        }
        return low;
      };

      test("is kept by the browser to the last byte, and can be touched for years", async () => {
        const length = await largest();
        expect(length).toBeGreaterThan(2900);
        const { browser, clock } = scene({ timeout: 1e9 });
        await browser.start({ text: "x".repeat(length) });
        for (const seconds of [1, 3600, 86_400, 400 * 86_400]) {
          clock.advance(seconds);
          await browser.visit((session) => expect(session.data["text"]).toHaveLength(length));
        }
        await browser.visit((session) => session.regenerate());
        await browser.visit((session) => expect(session.data["text"]).toHaveLength(length));
      });

      test("over it is a CookieTooLargeError that names the largest keys; nothing is changed", async () => {
        const { browser, happened } = scene();
        await browser.start({ small: 1 });
        happened();
        await browser.visit(async (session, cookies) => {
          session.data["cart"] = "c".repeat(5000);
          session.data["notes"] = "n".repeat(100);
          const failed = session.save();
          await expect(failed).rejects.toMatchObject({ code: "ERR_COOKIE_TOO_LARGE", limit: 4096 });
          const { largest, bytes, message } = (await failed.catch(
            (error: unknown) => error,
          )) as CookieTooLargeError;
          expect(largest.map(([key]) => key)).toEqual(["cart", "notes", "small"]);
          expect(largest[0]?.[1]).toBeGreaterThan(5000);
          expect(bytes).toBeGreaterThan(5000 * 1.33);
          expect(message).toContain("cart (");
          expect(cookies.writes).toEqual([]);
          expect([session.isNew, session.data["cart"]]).toEqual([false, "c".repeat(5000)]);
        });
        expect(happened()).toEqual(["loaded"]);
        expect(await browser.data()).toEqual({ small: 1 });
      });

      test.each([1, 2, 3, 4] as const)("fits up to %d chunks, and no more", async (cookieChunks) => {
        const { browser } = scene({ cookieChunks });
        const text = "x".repeat(2900 * cookieChunks);
        await browser.start({ text });
        expect(browser.request().getAll().length).toBe(cookieChunks);
        expect(await browser.data()).toEqual({ text });
        await browser.visit(async (session) => {
          session.data["text"] += "y".repeat(3100);
          await expect(session.save()).rejects.toMatchObject({ limit: 4096 * cookieChunks });
        });
        await browser.visit(async (session) => {
          session.data["text"] = "short";
          await session.save();
        });
        expect(browser.request().getAll().length).toBe(1);
        await browser.visit((session) => session.delete());
        expect(browser.request().getAll()).toEqual([]);
      });
    });
  }
});

describe.each(storeKinds)("a conflict across versions in $name", ({ scene }) => {
  const migrate = (old: Values, from: number): Values => ({
    ...old,
    migrated: [...((old["migrated"] as number[]) ?? []), from],
  });

  test("merges in today's shape, and the data is migrated once", async () => {
    const { browser, release } = scene();
    await browser.start({ a: 1 });
    const today = release({ version: 2, migrate });
    const mine = await today.browser.begin();
    const other = await browser.begin();
    other.session.data["b"] = 2;
    await other.session.save();
    mine.session.data["c"] = 3;
    await mine.session.save();
    expect(today.happened().filter((type) => type === "conflict")).toEqual([]);
    expect(await today.browser.data()).toEqual({ a: 1, b: 2, c: 3, migrated: [0] });
  });

  test("keeps what the other, older server set the session to", async () => {
    const { browser, release } = scene();
    await browser.start({ a: 1 });
    const today = release({ version: 2, migrate });
    const mine = await today.browser.begin();
    const other = await browser.begin();
    other.session.timeout = 77;
    await other.session.save();
    await mine.session.save();
    await today.browser.visit((session) => {
      expect(session.data).toEqual({ a: 1, migrated: [0] });
      expect(session.timeout).toBe(77);
    });
  });

  test("with an older server that saves after it keeps the newer version", async () => {
    const { browser, release } = scene();
    await browser.start({ a: 1 });
    const today = release({ version: 2, migrate });
    const other = await browser.begin();
    await today.browser.visit((session) => session.save());
    other.session.data["b"] = 2;
    await other.session.save();
    expect(await today.browser.data()).toEqual({ a: 1, b: 2, migrated: [0] });
  });

  test("with data that cannot be read saves nothing", async () => {
    const { browser, store } = scene();
    const id = await browser.start({ a: 1 });
    const mine = await browser.begin();
    const record = (await store.records()).get(id)!;
    await store.set(id, { ...record, value: '{"data":broken}' });
    mine.session.data["b"] = 2;
    await expect(mine.session.save()).rejects.toThrow(CorruptSessionError);
    expect((await store.records()).get(id)?.value).toBe('{"data":broken}');
  });
});

test("a cookie session's own data is all that is in its cookie, in as many bytes as said", async () => {
  const { browser } = cookieKind.scene();
  await browser.start({ a: 1 });
  expect(Buffer.from(browser.value() ?? "", "base64url").length).toBeLessThanOrEqual(2 + 24 + 20 + 7 + 16);
});
