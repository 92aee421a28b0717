import { describe, expect, test } from "vitest";
import { SECRET } from "../session/kinds.testing.ts";
import { createSessions } from "../sessions.ts";
import { memoryStore } from "../stores/memory.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { stores, written } from "./table.testing.ts";

/** The defects that concern records; the others, and where the rest is, in beaker.defects.test.ts. */
describe.each(stores)("Beaker's defects, $name:", ({ scene, removesExpired }) => {
  test("#9 (1) parallel requests lose data | given two that change different keys | when both save | then both are kept", async () => {
    const { browser } = scene();
    await browser.start({ a: 1, b: 1 });
    const [one, two] = [await browser.begin(), await browser.begin()];
    one.session.data["a"] = 2;
    two.session.data["b"] = 2;
    await one.session.save();
    await two.session.save();
    expect(await browser.data()).toEqual({ a: 2, b: 2 });
  });

  test("#9 (1) parallel requests resurrect | given a slow request | when the session is deleted meanwhile and it saves late | then SessionGoneError, and no record", async () => {
    const { browser, live } = scene();
    await browser.start({ a: 1 });
    const slow = await browser.begin();
    await browser.visit((session) => session.delete());
    slow.session.data["a"] = 2;
    await expect(slow.session.save()).rejects.toMatchObject({ code: "ERR_GONE" });
    expect(await live()).toBe(0);
  });

  test("pyramid_beaker#26 (2) a read rewrites what it read | given a slow reader that notes its access | when another saved meanwhile | then that save stays", async () => {
    const { browser, clock, store } = scene({ timeout: 3600 });
    await browser.start({ count: 1 });
    clock.advance(600);
    store.afterRead = () => browser.start({ count: 2 });
    await browser.visit((session) => session.save({ accessedOnly: true }));
    expect(await browser.data()).toEqual({ count: 2 });
  });

  test("#68, #189 (3) delete and regenerate_id leave the record | given a copy of the cookie | when the session was deleted, invalidated or regenerated | then it opens nothing", async () => {
    for (const end of ["delete", "invalidate", "regenerate"] as const) {
      const { browser } = scene();
      await browser.start({ a: 1 });
      const copy = browser.value()!;
      await browser.visit((session) => session[end]());
      browser.plant(copy);
      expect([end, await browser.data()]).toEqual([end, {}]);
    }
  });

  test("#152 (4) expired sessions pile up | given many | when one is read and the rest purged | then none is left", async () => {
    const { browser, sessions, store, clock } = scene({ timeout: 60 });
    for (let count = 0; count < 20; count++) {
      browser.plant("");
      await browser.start({ count });
    }
    clock.advance(3600);
    await browser.visit();
    expect((await store.records()).size).toBe(19);
    expect(await sessions.purgeExpired()).toBe(removesExpired ? 0 : 19);
    if (removesExpired) return;
    expect((await store.records()).size).toBe(0);
  });

  test("#153 (6) no TTL | given a timeout | when written, touched or regenerated | then each time the store is told when it ends", async () => {
    const { browser, store, clock } = scene({ timeout: 600 });
    await browser.start({ a: 1 });
    for (const work of ["load", "save", "regenerate"] as const) {
      clock.advance(300);
      await browser.visit((session) => session[work]());
      for (const { expiresAt } of (await store.records()).values())
        expect(expiresAt).toBeGreaterThan(clock());
    }
  });

  test("#59 (18) client-chosen ids | given a cookie that we signed once and whose record is gone | when saved | then a record under another id", async () => {
    const { browser, sessions } = scene();
    const id = await browser.start({ a: 1 });
    const cookie = browser.value()!;
    await sessions.revoke(id);
    browser.plant(cookie);
    await browser.start({ b: 1 });
    expect([await sessions.getById(id), browser.value() === cookie]).toEqual([null, false]);
  });

  test("#27 (20) use_cookies=False crashes in the middleware | given the lazy proxy | when persisted | then saved, without a cookie", async () => {
    const { browser, sessions } = scene({ useCookies: false });
    const cookies = browser.request();
    const object = sessions.object(cookies);
    const session = await object.get();
    session.data["a"] = 1;
    object.save();
    await object.persist();
    expect([cookies.writes, (await sessions.getById(session.id))?.data]).toEqual([[], { a: 1 }]);
  });

  test("#50 (22) cannot list or inspect | given `subject` | when listed | then the user's sessions, and looking does not count as use", async () => {
    const place = scene<{ userId?: string }>({ timeout: 3600, subject: (data) => data.userId });
    const id = await place.browser.start({ userId: "ada" });
    place.clock.advance(600);
    place.store.asked();
    const [found, ...others] = await place.sessions.list("ada");
    expect([found?.id, found?.data, others]).toEqual([id, { userId: "ada" }, []]);
    expect(written(place as never, fakeCookies()).store).toEqual([]);
  });

  test("(no thread) memory grows by an entry per probed id | given forged cookies and ids | when probed | then the store is not even asked", async () => {
    const { browser, sessions, store } = scene();
    for (let count = 0; count < 20; count++) {
      browser.plant(`probe${count}`);
      await browser.visit();
      await sessions.getById(`probe${count}`);
    }
    expect(store.asked()).toEqual([]);
  });
});

test('(no thread) stores of one process meet | given two configurations of `type: "memory"` | when their cookies differ in name | then they share nothing', async () => {
  const secret = SECRET;
  const [one, two] = ["one", "two"].map((key) => createSessions({ secret, key, type: "memory" }));
  const session = await one!.getSession(fakeCookies());
  await session.save();
  expect(await two!.getById(session.id)).toBeNull();
  expect(memoryStore().name).toBe("memory");
});
