import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FakeCookies } from "../testing/fake-cookies.ts";
import { kinds, type Scene, storeKinds, type Values } from "./kinds.testing.ts";
import type { Session } from "./session.ts";

/** How many sequences on each kind: 10,000 together, more where they are quick. */
const SEQUENCES: Readonly<Record<string, number>> = { cookie: 4000, memory: 4000, sqlite: 1500, file: 500 };
/** On each kind that keeps sessions on a server. */
const ON_A_SERVER = 300;

/** What should be: plain values, nothing of how it is done. */
interface Model {
  /** What the next request would find; undefined: no session. */
  stored: Values | undefined;
  hand: Values;
  first: Values;
}

/** What is: one request after another, in one browser. */
interface Real {
  readonly scene: Scene;
  readonly stored: boolean;
  session: Session;
  cookies: FakeCookies;
  /** Cookies and ids of sessions that have ended. */
  readonly dead: Array<{ id: string; cookie: string | undefined }>;
}

type Command = fc.AsyncCommand<Model, Real>;

function command(name: string, run: (model: Model, real: Real) => Promise<unknown> | unknown): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      const { id } = real.session;
      await run(model, real);
      expect(real.session.data).toEqual(model.hand);
      expect(real.session.isNew).toBe(model.stored === undefined);
      if (["set", "remove", "save", "touch", "revert", "cannot be kept"].includes(name.split(" ")[0] ?? "")) {
        expect(real.session.id).toBe(id);
      }
    },
    toString: () => name,
  };
}

function ended({ session, cookies, scene, dead }: Real): void {
  const name = scene.sessions.describePolicy().cookie.name;
  dead.push({ id: session.id, cookie: cookies.get(name)?.value });
}

const start = (model: Model, values: Values) => {
  model.hand = structuredClone(values);
  model.first = structuredClone(values);
};

const commands = [
  fc.tuple(fc.constantFrom("a", "b", "c"), fc.jsonValue({ maxDepth: 1 })).map(([key, value]) =>
    command(`set ${key} ${JSON.stringify(value)}`, (model, { session }) => {
      model.hand[key] = structuredClone(value);
      session.data[key] = structuredClone(value);
    }),
  ),
  fc.constantFrom("a", "b", "c").map((key) =>
    command(`remove ${key}`, (model, { session }) => {
      delete model.hand[key];
      delete session.data[key];
    }),
  ),
  fc.constant(
    command("save", async (model, { session }) => {
      await session.save();
      model.stored = structuredClone(model.hand);
    }),
  ),
  fc.constant(command("touch", (_, { session }) => session.save({ accessedOnly: true }))),
  fc.constant(
    command("cannot be kept", async (_, { session }) => {
      session.data["bad"] = () => {};
      await expect(session.save()).rejects.toMatchObject({ code: "ERR_SERIALIZATION" });
      delete session.data["bad"];
    }),
  ),
  fc.constant(
    command("revert", (model, { session }) => {
      session.revert();
      model.hand = structuredClone(model.first);
    }),
  ),
  ...(["invalidate", "delete"] as const).map((name) =>
    fc.constant(
      command(name, async (model, real) => {
        ended(real);
        await real.session[name]();
        model.stored = undefined;
        start(model, {});
      }),
    ),
  ),
  fc.constant(
    command("regenerate", async (_, real) => {
      ended(real);
      await real.session.regenerate();
    }),
  ),
  fc.constant(
    command("load", async (model, { session }) => {
      await session.load();
      start(model, model.stored ?? {});
    }),
  ),
  fc.integer({ min: 0, max: 100 }).map((seconds) =>
    command(`next request, ${seconds} s later`, async (model, real) => {
      const { browser, clock } = real.scene;
      browser.answered(real.cookies);
      clock.advance(seconds);
      const { session, cookies } = await browser.begin();
      Object.assign(real, { session, cookies });
      start(model, model.stored ?? {});
    }),
  ),
];

describe.each(kinds)("operations on a $name session, in whatever order", ({ name, scene }) => {
  test("leave cookie and store agreeing, and what has ended stays ended", async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 25 }), async (sequence) => {
        const here = scene({ timeout: 1_000_000, touchInterval: 30 });
        const stored = storeKinds.some((kind) => kind.name === name);
        let model: Model = { stored: undefined, hand: {}, first: {} };
        const setup = async () => {
          const begun = await here.browser.begin();
          model = { stored: undefined, hand: {}, first: {} };
          return { model, real: { scene: here, stored, dead: [], ...begun } as Real };
        };
        let real: Real | undefined;
        await fc.asyncModelRun(async () => {
          const both = await setup();
          real = both.real;
          return both;
        }, sequence);
        if (!real) return;
        here.browser.answered(real.cookies);
        expect(await here.browser.data()).toEqual(model.stored ?? {});
        expect(here.browser.value() === undefined).toBe(model.stored === undefined);
        if (!stored) return;
        expect(await here.live()).toBe(model.stored === undefined ? 0 : 1);
        for (const { id, cookie } of real.dead) {
          expect(await here.sessions.getById(id)).toBeNull();
          if (cookie === undefined) continue;
          const replayed = await here.sessions.getSession({
            get: (of) => ({ name: of, value: cookie }),
            set: () => {},
          });
          expect(replayed.data).toEqual({});
        }
      }),
      { numRuns: SEQUENCES[name] ?? ON_A_SERVER },
    );
  }, 240_000);
});

describe.each(storeKinds)(
  "two requests on one session in $name, interleaved in whatever order",
  ({ name, scene }) => {
    const step = fc.record({
      who: fc.constantFrom(0, 1),
      what: fc.constantFrom("set", "remove", "save", "touch", "delete", "regenerate"),
      key: fc.constantFrom("a", "b"),
    });

    test("never bring an ended session back, and never lose a key that only one of them wrote", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
          const { browser, sessions, live } = scene();
          await browser.start({ start: true });
          const requests = [await browser.begin(), await browser.begin()] as const;
          const expected: Values = { start: true };
          let over: 0 | 1 | undefined;
          let moved: 0 | 1 | undefined;
          const unsaved: [Values, Values] = [{}, {}];
          for (const { who, what, key } of steps) {
            const { session } = requests[who as 0 | 1];
            const own = `${key}${who}`;
            // Whoever has ended it, or sees that the other has, is done.
            if (over !== undefined || (moved !== undefined && moved !== who)) {
              if (what === "save" && over !== who) {
                session.data["late"] = Math.random();
                await expect(session.save()).rejects.toMatchObject({ code: "ERR_GONE" });
              }
              continue;
            }
            if (what === "set") unsaved[who as 0 | 1][own] = session.data[own] = Math.random();
            else if (what === "remove") {
              delete session.data[own];
              unsaved[who as 0 | 1][own] = undefined;
            } else if (what === "save") {
              await session.save();
              Object.assign(expected, unsaved[who as 0 | 1]);
              unsaved[who as 0 | 1] = {};
            } else if (what === "touch") await session.save({ accessedOnly: true });
            else if (what === "regenerate") {
              await session.regenerate();
              moved = who as 0 | 1;
            } else {
              await session.delete();
              over = who as 0 | 1;
            }
          }
          expect(await live()).toBe(over === undefined ? 1 : 0);
          if (over !== undefined) return;
          const found = await sessions.getById(requests[moved ?? 0].session.id);
          expect(found?.data).toEqual(JSON.parse(JSON.stringify(expected)));
        }),
        { numRuns: name in SEQUENCES ? 500 : ON_A_SERVER },
      );
    }, 120_000);
  },
);
