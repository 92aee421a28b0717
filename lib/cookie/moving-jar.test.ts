import { describe, expect, test } from "vitest";
import { ReadonlySessionError } from "../errors.ts";
import { createSessions } from "../sessions.ts";
import { memoryStore } from "../stores/memory.ts";
import { MovingJar } from "./moving-jar.ts";

const ATTRIBUTES = { path: "/" };
const set = ({ headers }: { headers: Headers }) => headers.getSetCookie();

describe("the cookies of a request with several answers", () => {
  const request = () => new Request("https://example.com/", { headers: { cookie: "b=old" } });

  test("go along to the one that is named last", () => {
    const [asked, first, last] = [request(), new Response(), new Response()];
    const jar = new MovingJar(asked, first);
    jar.set("a", "1", ATTRIBUTES);
    jar.moveTo(asked, last);
    jar.set("b", "2", ATTRIBUTES);
    expect(set(first)).toEqual(["a=1; Path=/"]);
    expect(set(last)).toEqual(["a=1; Path=/", "b=2; Path=/"]);
    expect([jar.get("a"), jar.get("b")]).toEqual(["1", "2"]);
  });

  test("are set once where the answer is the same", () => {
    const [asked, answer] = [request(), new Response()];
    const jar = new MovingJar(asked, answer);
    jar.set("a", "1", ATTRIBUTES);
    jar.moveTo(asked, answer);
    expect(set(answer)).toEqual(["a=1; Path=/"]);
  });

  test("stay where they are when the next answer takes none", () => {
    const [asked, first] = [request(), new Response()];
    const jar = new MovingJar(asked, first);
    expect(() => jar.moveTo(asked, Response.redirect("https://example.com/login"))).not.toThrow();
    jar.moveTo(asked, first);
    jar.set("a", "1", ATTRIBUTES);
    expect(() => jar.moveTo(asked, Response.redirect("https://example.com/login"))).toThrow(
      ReadonlySessionError,
    );
    jar.set("a", "2", ATTRIBUTES);
    expect(set(first)).toEqual(["a=2; Path=/"]);
  });
});

test.each([
  ["a cookie session", { type: "cookie" as const }],
  ["a store session", { store: memoryStore({ name: "moving" }) }],
])("%s that a guard has read is signed in, and out, on the answer that is sent", async (_, kind) => {
  const secret = "a secret of forty characters, for tests.";
  const { getSession } = createSessions<{ userId: string }>({ secret, ...kind });
  const login = new Request("https://example.com/login");
  const [goOn, sent] = [new Headers(), new Headers()];
  expect((await getSession(login, goOn)).isNew).toBe(true);
  const session = await getSession(login, sent);
  session.data.userId = "ada";
  await session.save();
  expect([goOn.getSetCookie(), sent.getSetCookie().length]).toEqual([[], 1]);

  const cookie = sent.getSetCookie()[0]!.split(";")[0]!;
  const logout = new Request("https://example.com/logout", { headers: { cookie } });
  const answer = new Headers();
  expect((await getSession(logout, new Headers())).data).toEqual({ userId: "ada" });
  await (await getSession(logout, answer)).delete();
  expect(answer.getSetCookie()[0]).toContain("Max-Age=0");
});
