import { setFlagsFromString } from "node:v8";
import { describe, expect, test } from "vitest";
import { SerializationError } from "../errors.ts";
import type { StandardSchema } from "../options/standard-schema.ts";
import { type Extra, kinds, type Values } from "./kinds.testing.ts";

setFlagsFromString("--allow-natives-syntax");
const hasFastProperties = new Function("object", "return %HasFastProperties(object)") as (
  object: object,
) => boolean;

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

describe.each(kinds)("the data of a $name session", ({ scene }) => {
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

    test("is a copy of what the schema gave, which may give the same twice", async () => {
      const given = { name: "Ada" };
      const validate = () => (asynchronous ? Promise.resolve({ value: given }) : { value: given });
      const { browser } = scene<User>({ schema: { "~standard": { version: 1, vendor: "test", validate } } });
      await browser.start({ name: "Ada" });
      await browser.visit((session) => {
        session.data.name = "Bob";
      });
      expect([given, await browser.data()]).toEqual([{ name: "Ada" }, { name: "Ada" }]);
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

  test("with many keys is no slow hash table, as an object becomes that is filled key by key", async () => {
    const { browser } = scene();
    await browser.visit(async (session) => {
      for (let key = 0; key < 40; key++) session.data[`key ${key}`] = key;
      await session.save();
    });
    await browser.visit((session) => {
      expect([hasFastProperties(session.data), Object.keys(session.data).length]).toEqual([true, 40]);
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

  test("belongs to one request, even where the application's serializer gives out one object twice", async () => {
    const parsed = new Map<string, Values>();
    const serializer = {
      serialize: JSON.stringify,
      parse(text: string) {
        const known = parsed.get(text) ?? (JSON.parse(text) as Values);
        parsed.set(text, known);
        return known;
      },
    };
    const { browser } = scene({ serializer });
    await browser.start({ a: 1 });
    const [one, two] = [await browser.begin(), await browser.begin()];
    one.session.data["a"] = 2;
    expect([two.session.data, await browser.data()]).toEqual([{ a: 1 }, { a: 1 }]);
  });

  test("cannot reach a prototype", async () => {
    const evil = '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}';
    const serializer = { serialize: () => evil, parse: (text: string) => JSON.parse(text) as Values };
    const { browser } = scene({ serializer });
    await browser.start({});
    await browser.visit((session) => {
      expect(session.data["admin"]).toBeUndefined();
      expect(({} as Values)["admin"]).toBeUndefined();
      // Or `Object.assign({}, session.data)` would give that prototype to what it makes.
      expect(Object.keys(session.data)).toEqual(["constructor"]);
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
});
