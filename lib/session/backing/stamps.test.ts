import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createKeyRing, type KeyRing } from "../../seal/key-ring.ts";
import { sessionId } from "../../seal/token.ts";
import { metas } from "../arbitraries.testing.ts";
import { OTHER_SECRET, SECRET } from "../kinds.testing.ts";
import { overridesOf } from "../overrides.ts";
import { readStamps, type StampedToken, signStamps } from "./stamps.ts";

const ring = createKeyRing([SECRET]);
const instants = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const stampeds: fc.Arbitrary<StampedToken> = fc.record({
  token: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  created: instants,
  accessed: instants,
  overrides: metas.map(overridesOf),
});
const stamped: StampedToken = { token: new Uint8Array(32).fill(9), created: 1, accessed: 2, overrides: {} };

describe("signed stamps", () => {
  test("come back", async () => {
    await fc.assert(
      fc.asyncProperty(stampeds, async (given) => {
        const read = await readStamps(ring, "name", await signStamps(ring, "name", given));
        expect(read).toEqual({
          ...given,
          ring,
          cookieName: "name",
          id: await sessionId("name", given.token),
        });
      }),
    );
  });

  test("take 44 bytes before the signature where nothing is overridden", async () => {
    const value = await signStamps(ring, "name", stamped);
    const signatureAndHeader = Buffer.from(
      await ring.sign("token", "name", new Uint8Array(0)),
      "base64url",
    ).length;
    expect(Buffer.from(value, "base64url").length - signatureAndHeader).toBe(44);
  });

  test("with any character changed are refused", async () => {
    const value = await signStamps(ring, "name", stamped);
    for (let at = 0; at < value.length; at++) {
      const changed = value.slice(0, at) + (value[at] === "A" ? "B" : "A") + value.slice(at + 1);
      expect(await readStamps(ring, "name", changed)).toBeUndefined();
    }
  });

  test("are refused under another name, another secret, and when they were sealed rather than signed", async () => {
    const value = await signStamps(ring, "name", stamped);
    expect(await readStamps(ring, "name", value)).toBeDefined();
    expect(await readStamps(ring, "other", value)).toBeUndefined();
    expect(await readStamps(createKeyRing([OTHER_SECRET]), "name", value)).toBeUndefined();
    const sealed = await ring.seal("session", "name", new Uint8Array(44));
    expect(await readStamps(ring, "name", sealed)).toBeUndefined();
  });

  test("of another shape, though signed by us, are refused and never throw", async () => {
    for (const length of [0, 1, 31, 32, 43]) {
      const value = await ring.sign("token", "name", new Uint8Array(length));
      expect(await readStamps(ring, "name", value)).toBeUndefined();
    }
    const garbage = await ring.sign("token", "name", new Uint8Array(60).fill(0xff));
    expect(await readStamps(ring, "name", garbage)).toBeUndefined();
  });

  test("never throw, whatever the text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        expect(await readStamps(ring, "name", text)).toBeUndefined();
      }),
    );
  });
});

describe("signed stamps that were read lately", () => {
  const counting = () => {
    let verified = 0;
    const verify: KeyRing["verify"] = (...args) => {
      verified++;
      return ring.verify(...args);
    };
    return { ring: { ...ring, verify }, verified: () => verified };
  };
  const fresh = () =>
    signStamps(ring, "name", { ...stamped, token: crypto.getRandomValues(new Uint8Array(32)) });

  test("are not verified again", async () => {
    const { ring, verified } = counting();
    const value = await fresh();
    const first = await readStamps(ring, "name", value);
    expect(await readStamps(ring, "name", value)).toEqual(first);
    expect(verified()).toBe(1);
  });

  test("are verified again once two thousand others have come, so that memory has a limit", async () => {
    const { ring, verified } = counting();
    const value = await fresh();
    for (let others = 0; others < 2000; others++) await readStamps(ring, "name", await fresh());
    await readStamps(ring, "name", value);
    await readStamps(ring, "name", await fresh());
    const before = verified();
    await readStamps(ring, "name", value);
    expect(verified()).toBe(before);
    for (let others = 0; others < 2000; others++) await readStamps(ring, "name", await fresh());
    await readStamps(ring, "name", value);
    expect(verified()).toBe(before + 2001);
  });

  test("are no reason to believe what was not signed: it is verified each time", async () => {
    const { ring, verified } = counting();
    const value = await fresh();
    await readStamps(ring, "name", value);
    for (let attempt = 2; attempt < 5; attempt++) {
      expect(await readStamps(ring, "name", `${value}A`)).toBeUndefined();
      expect(verified()).toBe(attempt);
    }
  });

  test("hold nothing but themselves: neither the header nor the buffer that they came in", async () => {
    const read = await readStamps(ring, "name", await fresh());
    expect(read!.token.buffer.byteLength).toBe(32);
  });
});
