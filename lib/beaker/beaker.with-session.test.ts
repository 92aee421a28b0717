import { describe, expect, test, vi } from "vitest";
import { type Extra, kinds, type Scene } from "../session/kinds.testing.ts";
import type { FakeCookies } from "../testing/fake-cookies.ts";
import { next } from "./next-request.testing.ts";
import { written } from "./table.testing.ts";

vi.mock("#next-api", () => import("./next-request.testing.ts"));

/** A request to an action or a handler, as Next makes it. */
async function request(place: Scene, action: () => Promise<unknown>): Promise<FakeCookies> {
  const cookies = place.browser.request();
  next.cookies = cookies;
  next.headers = new Headers();
  try {
    await action();
  } finally {
    place.browser.answered(cookies);
  }
  return cookies;
}

/** As `redirect()` and its kin throw. */
const thrown = (digest: string): Error => Object.assign(new Error("Next"), { digest });

describe.each(kinds)("Beaker's middleware is withSession, $name:", ({ scene }) => {
  async function saved(extra: Extra): Promise<Scene> {
    const place = scene(extra);
    await place.browser.start({ a: 1 });
    written(place, place.browser.request());
    return place;
  }

  test("auto | given True | when the action returns | then persisted, and the action's own answer is given", async () => {
    const place = await saved({ auto: true });
    const action = place.sessions.withSession((session, by: number) => {
      session.data["a"] = (session.data["a"] as number) + by;
      return "answer";
    });
    await request(place, async () => expect(await action(4)).toBe("answer"));
    expect(await place.browser.data()).toEqual({ a: 5 });
  });

  test("auto | given False | when the action changes and does not save | then dropped", async () => {
    const place = await saved({});
    const action = place.sessions.withSession((session) => {
      session.data["a"] = 2;
    });
    const cookies = await request(place, action);
    expect(written(place, cookies)).toEqual({ store: [], cookie: [] });
    expect(await place.browser.data()).toEqual({ a: 1 });
  });

  test("auto | given True and a visitor without a session | when the action only reads | then neither record nor cookie (Beaker: both)", async () => {
    const place = scene({ auto: true });
    const cookies = await request(
      place,
      place.sessions.withSession((session) => session.data["a"]),
    );
    expect(written(place, cookies)).toEqual({ store: [], cookie: [] });
  });

  test.each([
    "NEXT_REDIRECT;replace;/x;307;",
    "NEXT_HTTP_ERROR_FALLBACK;404",
    "NEXT_HTTP_ERROR_FALLBACK;403",
  ])(
    "auto | given True | when the action ends by throwing %s | then persisted, and the throw goes on",
    async (digest) => {
      const place = await saved({ auto: true });
      const error = thrown(digest);
      const action = place.sessions.withSession((session) => {
        session.data["a"] = 2;
        throw error;
      });
      await expect(request(place, action)).rejects.toBe(error);
      expect(await place.browser.data()).toEqual({ a: 2 });
    },
  );

  test.each([new Error("broken"), thrown("DYNAMIC_SERVER_USAGE"), thrown("NEXT_REDIRECTED")])(
    "auto | given True | when the action fails with %s | then nothing is persisted, as before start_response",
    async (error) => {
      const place = await saved({ auto: true });
      const action = place.sessions.withSession((session) => {
        session.data["a"] = 2;
        throw error;
      });
      await expect(request(place, action)).rejects.toBe(error);
      expect(await place.browser.data()).toEqual({ a: 1 });
    },
  );

  test("auto | given True | when what was changed cannot be kept | then the request fails with it: no session is lost in silence", async () => {
    const place = await saved({ auto: true });
    const action = place.sessions.withSession((session) => {
      session.data["a"] = () => {};
    });
    await expect(request(place, action)).rejects.toMatchObject({ code: "ERR_SERIALIZATION" });
    expect(await place.browser.data()).toEqual({ a: 1 });
  });

  test("one request | given getSession() and object() beside the action's session | when compared | then one and the same", async () => {
    const place = await saved({});
    const action = place.sessions.withSession(async (session) => {
      expect(await place.sessions.getSession()).toBe(session);
      expect(await place.sessions.object().get()).toBe(session);
    });
    await request(place, action);
    expect.assertions(2);
  });
});
