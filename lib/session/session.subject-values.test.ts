import { describe, expect, test } from "vitest";
import { ConfigError, StoreUnavailableError } from "../errors.ts";
import { storeKinds, type Values } from "./kinds.testing.ts";

describe.each(storeKinds)("the subject of a session in $name", ({ scene }) => {
  const subject = (data: Values) => data["user"] as string;

  test.each([[null], [undefined], [""]])("given as %j is none", async (user) => {
    const { browser, sessions, live } = scene({ subject, maxPerSubject: 1 });
    await browser.start({ user });
    browser.plant("");
    await browser.start({ user });
    expect(await live()).toBe(2);
    expect(await sessions.list("null")).toEqual([]);
    expect(await sessions.list("undefined")).toEqual([]);
  });

  test.each([[7], [["ada"]], [{ id: "ada" }], [true]])(
    "given as %j is refused: nothing is saved",
    async (user) => {
      const { browser, live } = scene({ subject });
      await browser.visit(async (session) => {
        session.data["user"] = user;
        await expect(session.save()).rejects.toThrow(ConfigError);
        await expect(session.save()).rejects.toMatchObject({ option: "subject", message: /String\(id\)/ });
      });
      expect(await live()).toBe(0);
    },
  );

  test("is asked for by a string alone", async () => {
    const { sessions } = scene({ subject });
    for (const other of [null, undefined, 7, ["ada"]] as unknown as string[]) {
      await expect(sessions.list(other)).rejects.toThrow(ConfigError);
      await expect(sessions.revokeAll(other)).rejects.toThrow(ConfigError);
    }
  });
});

describe.each(storeKinds)("the list of a subject's sessions in $name", ({ scene }) => {
  test("that fails before it has begun is a failure of the store like any other", async () => {
    const { sessions, store, happened } = scene({ subject: (data) => data["user"] as string });
    store.list = () => {
      throw new Error("not connected");
    };
    await expect(sessions.revokeAll("ada")).rejects.toThrow(StoreUnavailableError);
    expect(happened()).toEqual(["store-error"]);
  });
});

describe.each(storeKinds)("without cookies, a session in $name", ({ scene }) => {
  test("is nobody's until it is asked for by its id: the store is not troubled, and nothing reported", async () => {
    const { browser, sessions, store, happened } = scene({ useCookies: false });
    const { session } = await browser.begin();
    expect([session.isNew, store.asked(), happened()]).toEqual([true, [], []]);
    session.data["a"] = 1;
    await session.save();
    expect((await sessions.getById(session.id))?.data).toEqual({ a: 1 });
    expect((await browser.begin()).session.isNew).toBe(true);
  });
});
