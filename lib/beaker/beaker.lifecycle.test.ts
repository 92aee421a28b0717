import { describe, expect, test } from "vitest";
import { kinds, type Scene } from "../session/kinds.testing.ts";
import { changeAndSave, longAgo, now, type Row, rows, TIMEOUT } from "./lifecycle-rows.testing.ts";
import { type Written, written } from "./table.testing.ts";

describe.each(kinds)("Beaker's request lifecycle, $name:", ({ name, scene }) => {
  const inCookie = name === "cookie";

  async function run(place: Scene, work?: Row["work"]): Promise<Written> {
    const cookies = place.browser.request();
    const object = place.sessions.object(cookies);
    if (work) await work(await object.get(), object);
    await object.persist();
    place.browser.answered(cookies);
    return written(place, cookies);
  }

  async function prepared({ options, existing }: Pick<Row, "options" | "existing">): Promise<Scene> {
    const place = scene({ ...TIMEOUT, ...options });
    if (existing) await place.browser.start({ a: 1 });
    place.clock.advance(existing?.secondsAgo ?? 0);
    written(place, place.browser.request());
    return place;
  }

  for (const row of rows) {
    const cookie = inCookie ? row.inCookie : row.cookie;
    const store = inCookie ? [] : row.store;
    const outcome = `store: ${store.join(", ") || "–"}; Set-Cookie: ${cookie.join(", ") || "–"}`;
    test(`${row.request} | ${outcome}`, async () => {
      const place = await prepared(row);
      expect(await run(place, row.work)).toEqual({ store, cookie });
      expect(await place.browser.data()).toEqual(row.next);
      expect(await place.live()).toBe(
        !inCookie && place.browser.value() && Object.keys(row.next).length ? 1 : 0,
      );
    });
  }

  test("untouched | store: –; Set-Cookie: –", async () => {
    const place = await prepared({ existing: longAgo });
    expect(await run(place)).toEqual({ store: [], cookie: [] });
  });

  // Beaker: nothing at all, as save() alone does not build the session.
  test("only save() called on a visitor without a session | store: –; Set-Cookie: –", async () => {
    const place = await prepared({});
    const cookies = place.browser.request();
    const object = place.sessions.object(cookies);
    object.save();
    await object.persist();
    expect(written(place, cookies)).toEqual({ store: [], cookie: [] });
  });

  test("existing, read only, auto, just used | store: –; Set-Cookie: –", async () => {
    const place = await prepared({ options: { auto: true }, existing: now });
    expect(await run(place, (session) => session.data["a"])).toEqual({ store: [], cookie: [] });
  });

  test("save() asked for, then delete | the last call wins: no record, no cookie", async () => {
    const place = await prepared({ existing: now });
    await run(place, async (session, object) => {
      object.save();
      await session.delete();
    });
    expect([place.browser.value(), await place.live()]).toEqual([undefined, 0]);
  });

  // Beaker: the record under the client's id, and no cookie.
  // A cookie has nothing of that.
  if (!inCookie)
    test("unknown id + save | store: set absent, under an id of ours; Set-Cookie: set", async () => {
      const place = await prepared({ existing: now });
      const old = await place.browser.visit((session) => session.id);
      await place.sessions.revoke(old);
      written(place, place.browser.request());
      const answer = await run(place, changeAndSave);
      expect(answer).toEqual({ store: ["set absent"], cookie: ["set"] });
      expect(await place.browser.visit((session) => session.id)).not.toBe(old);
      expect(await place.sessions.getById(old)).toBeNull();
    });

  // Beaker: a cookie at once.
  test("corrupt, invalidate_corrupt=True | store: –; Set-Cookie: –, until saved", async () => {
    const place = await prepared({ existing: now });
    place.browser.plant("broken");
    expect(await run(place, (session) => session.data["a"])).toEqual({ store: [], cookie: [] });
    const answer = await run(place, changeAndSave);
    expect(answer).toEqual({ store: inCookie ? [] : ["set absent"], cookie: ["set"] });
    expect(await place.browser.data()).toEqual({ a: 2 });
  });
});
