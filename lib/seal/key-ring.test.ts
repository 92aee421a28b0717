import { createHmac, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyRing, type KeyRing, type Purpose } from "./key-ring.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import * as node from "./primitives.node.ts";
import type { Primitives } from "./primitives.ts";
import { ascii, toHex, variants } from "./variants.testing.ts";

const NAME = "beaker.session.id";
const OLD = "an older secret of thirty-two bytes or more";
const NEW = "a newer secret of thirty-two bytes or more";

const purposes: readonly Purpose[] = ["session", "token", "record", "signed-cookie"];

interface Way {
  write: KeyRing["seal"];
  read: KeyRing["open"];
}
const ways: ReadonlyArray<readonly [name: string, of: (ring: KeyRing) => Way]> = [
  ["sealed", (ring) => ({ write: ring.seal, read: ring.open })],
  ["signed", (ring) => ({ write: ring.sign, read: ring.verify })],
];

/** The key hint on the wire. */
function hintOf(text: string): number {
  return Buffer.from(text, "base64url")[1]!;
}

/** A secret other than this one with the same hint for the purpose and name that are tested. */
async function colliding(of: (ring: KeyRing) => Way, secret: string): Promise<string> {
  const hint = async (secret: string) =>
    hintOf(await of(createKeyRing([secret])).write("session", NAME, ascii("")));
  const wanted = await hint(secret);
  for (let count = 0; count < 5000; count++) {
    if ((await hint(`secret number ${count}`)) === wanted) return `secret number ${count}`;
  }
  throw new Error("no collision found");
}

describe.each(variants)("key ring (%s)", (_, primitives) => {
  describe.each(ways)("%s", (_, of) => {
    const ring = of(createKeyRing([NEW], primitives));

    it("reads what it wrote", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...purposes),
          fc.constantFrom(NAME, "a", "ключ"),
          fc.uint8Array({ maxLength: 300 }),
          fc.option(fc.string(), { nil: undefined }),
          async (purpose, name, payload, context) => {
            const text = await ring.write(purpose, name, payload, context);
            expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
            const opened = await ring.read(purpose, name, text, context);
            expect(toHex(opened?.bytes)).toBe(toHex(payload));
            expect(opened?.current).toBe(true);
          },
        ),
        { numRuns: 60 },
      );
    });

    it.each(variants)("is read by the other runtime (%s)", async (_, others) => {
      const text = await ring.write("session", NAME, ascii("payload"), "context");
      const opened = await of(createKeyRing([NEW], others)).read("session", NAME, text, "context");
      expect(toHex(opened?.bytes)).toBe(toHex(ascii("payload")));
    });

    it("refuses every flipped bit", async () => {
      const bytes = Buffer.from(await ring.write("session", NAME, ascii("v")), "base64url");
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const forged = Buffer.from(bytes);
        forged[bit >> 3]! ^= 1 << (bit & 7);
        expect(await ring.read("session", NAME, forged.toString("base64url")), `bit ${bit}`).toBeUndefined();
      }
    });

    it("refuses every truncation and extension", async () => {
      const text = await ring.write("session", NAME, ascii("value"));
      for (let length = 0; length < text.length; length++) {
        expect(await ring.read("session", NAME, text.slice(0, length))).toBeUndefined();
        expect(await ring.read("session", NAME, text.slice(length + 1))).toBeUndefined();
      }
      for (const more of ["A", "AA", "AAA", "AAAA", "=", "==", " ", "\n"]) {
        expect(await ring.read("session", NAME, text + more)).toBeUndefined();
      }
    });

    it("refuses another purpose, name, context and secret", async () => {
      const text = await ring.write("session", NAME, ascii("v"), "context");
      expect(await ring.read("session", NAME, text, "context")).toBeDefined();
      for (const purpose of purposes.slice(1)) {
        expect(await ring.read(purpose, NAME, text, "context")).toBeUndefined();
      }
      expect(await ring.read("session", `${NAME}2`, text, "context")).toBeUndefined();
      expect(await ring.read("session", NAME, text, "contexts")).toBeUndefined();
      expect(await ring.read("session", NAME, text)).toBeUndefined();
      expect(
        await of(createKeyRing([OLD], primitives)).read("session", NAME, text, "context"),
      ).toBeUndefined();
    });

    it("refuses a context where none was bound", async () => {
      const text = await ring.write("record", NAME, ascii("v"));
      expect(await ring.read("record", NAME, text, "context")).toBeUndefined();
      expect(await ring.read("record", NAME, text, "")).toBeDefined();
    });

    it("writes with the first secret and reads with all", async () => {
      const before = of(createKeyRing([OLD], primitives));
      const during = of(createKeyRing([NEW, OLD], primitives));
      const written = await before.write("session", NAME, ascii("v"));
      expect(await during.read("session", NAME, written)).toMatchObject({ current: false });
      expect(await ring.read("session", NAME, written)).toBeUndefined();
      const rewritten = await during.write("session", NAME, ascii("v"));
      expect(await during.read("session", NAME, rewritten)).toMatchObject({ current: true });
      expect(await ring.read("session", NAME, rewritten)).toMatchObject({ current: true });
      expect(await before.read("session", NAME, rewritten)).toBeUndefined();
    });

    it("tells keys of the same hint apart", async () => {
      const twin = await colliding(of, OLD);
      const written = await of(createKeyRing([OLD], primitives)).write("session", NAME, ascii("v"));
      const rotated = of(createKeyRing([twin, OLD], primitives));
      expect(hintOf(await rotated.write("session", NAME, ascii("v")))).toBe(hintOf(written));
      const opened = await rotated.read("session", NAME, written);
      expect(toHex(opened?.bytes)).toBe(toHex(ascii("v")));
      expect(opened?.current).toBe(false);
      expect(await of(createKeyRing([twin], primitives)).read("session", NAME, written)).toBeUndefined();
    });

    it("never throws, whatever the text, name and context", async () => {
      const garbage = [
        "",
        "=",
        "AQ",
        "Ag",
        "AQAA",
        "AgAA",
        "\u0000",
        "é",
        "A".repeat(65_536),
        "!".repeat(65_536),
      ];
      for (const text of garbage) expect(await ring.read("session", NAME, text)).toBeUndefined();
      const headed = fc
        .tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 120 }))
        .map(([version, rest]) => Buffer.of(version, ...rest).toString("base64url"));
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.string({ unit: "binary" }), fc.base64String(), headed),
          fc.string({ unit: "binary" }),
          fc.string({ unit: "binary" }),
          async (text, name, context) => {
            expect(await ring.read("session", name, text, context)).toBeUndefined();
          },
        ),
        { numRuns: 200 },
      );
    });

    it("refuses cookies over 32 KB of text, but not records", async () => {
      const large = new Uint8Array(30_000).fill(1);
      expect(await ring.read("session", NAME, await ring.write("session", NAME, large))).toBeUndefined();
      const record = await ring.read("record", NAME, await ring.write("record", NAME, large));
      expect(record?.bytes).toHaveLength(30_000);
    });

    it("refuses names over 512 bytes", async () => {
      const text = await ring.write("session", "n".repeat(512), ascii("v"));
      expect(await ring.read("session", "n".repeat(512), text)).toBeDefined();
      expect(await ring.read("session", "n".repeat(513), text)).toBeUndefined();
      expect(await ring.read("session", "é".repeat(300), text)).toBeUndefined();
      expect(() => ring.write("session", "é".repeat(300), ascii("v"))).toThrow(RangeError);
      expect(() => ring.write("session", "n".repeat(513), ascii("v"))).toThrow(RangeError);
    });

    /** A ring that counts the keys it derives. */
    function counted() {
      let derived = 0;
      const counting: Primitives = {
        ...primitives,
        hkdf: (...input) => {
          derived += 1;
          return primitives.hkdf(...input);
        },
      };
      return { ring: of(createKeyRing([NEW, OLD], counting)), derived: () => derived };
    }

    it("derives once for a name, and forgets names when there are many", async () => {
      const { ring, derived } = counted();
      const text = await ring.write("session", NAME, ascii("v"));
      for (let count = 0; count < 5; count++) expect(await ring.read("session", NAME, text)).toBeDefined();
      expect(derived()).toBe(2);
      for (let count = 0; count < 200; count++) await ring.read("session", `name${count}`, text);
      expect(derived()).toBe(2 + 400);
      expect(await ring.read("session", NAME, text)).toBeDefined();
      expect(derived()).toBe(2 + 400 + 2);
    });

    // A Cookie header of 21 KB holds 2,500 of them, and SignedCookie tries each one under its own name.
    it("derives no key for a text that is shorter than any of ours", async () => {
      const { ring, derived } = counted();
      const [version] = Buffer.from(
        await of(createKeyRing([NEW], primitives)).write("session", NAME, ascii("")),
        "base64url",
      );
      for (let bytes = 1; bytes < 34; bytes++) {
        const text = Buffer.alloc(bytes).fill(version!, 0, 1).toString("base64url");
        expect(await ring.read("signed-cookie", `name${bytes}`, text)).toBeUndefined();
      }
      expect(derived()).toBe(0);
    });
  });

  it("keeps sealing and signing apart", async () => {
    const ring = createKeyRing([NEW], primitives);
    expect(await ring.verify("session", NAME, await ring.seal("session", NAME, ascii("v")))).toBeUndefined();
    expect(await ring.open("session", NAME, await ring.sign("session", NAME, ascii("v")))).toBeUndefined();
  });

  it("derives and signs as documented", async () => {
    const info = `signed-cookie\0sign\0${NAME}`;
    const material = Buffer.from(hkdfSync("sha256", NEW, "next-beaker/v1", info, 33));
    const part = (text: string) => [Buffer.of(0, 0, 0, text.length), Buffer.from(text)];
    const head = Buffer.of(2, material[32]!);
    const bound = [head, ...part("signed-cookie"), ...part(NAME), ...part("ctx")];
    const mac = createHmac("sha256", material.subarray(0, 32))
      .update(Buffer.concat(bound))
      .update("v")
      .digest();
    const text = await createKeyRing([NEW], primitives).sign("signed-cookie", NAME, ascii("v"), "ctx");
    expect(text).toBe(Buffer.concat([head, Buffer.from("v"), mac]).toString("base64url"));
  });

  it("opens what this version sealed on the day it was written", async () => {
    const text = "AckDuybfKeZbliSS9doez3RvZHbSg5HLG1_9bYXM4G4RhnW7AW6vZ5sjA9SqBANmCT6Vi-I";
    const opened = await createKeyRing([NEW], primitives).open("session", NAME, text, "context");
    expect(primitives.utf8Decode(opened!.bytes)).toBe('{"user":42}');
  });

  it("refuses to be made without secrets", () => {
    expect(() => createKeyRing([], primitives)).toThrow(TypeError);
    expect(() => createKeyRing([NEW, ""], primitives)).toThrow(TypeError);
  });
});

it("makes no promise on Node", () => {
  const ring = createKeyRing([NEW, OLD], node);
  const now = <T>(value: MaybePromise<T>): T => {
    expect(value).not.toBeInstanceOf(Promise);
    return value as T;
  };
  const sealed = now(ring.seal("session", NAME, ascii("v"), "context"));
  expect(now(ring.open("session", NAME, sealed, "context"))).toMatchObject({ current: true });
  const signed = now(ring.sign("session", NAME, ascii("v")));
  expect(now(ring.verify("session", NAME, signed))).toMatchObject({ current: true });
});

it("never seals twice alike", async () => {
  const ring = createKeyRing([NEW]);
  const texts = await Promise.all(Array.from({ length: 1000 }, () => ring.seal("session", NAME, ascii("v"))));
  expect(new Set(texts).size).toBe(1000);
});

it("seals at the same time on the edge without repeating a nonce", async () => {
  const ring = createKeyRing([NEW], variants[1]![1]);
  const texts = await Promise.all(Array.from({ length: 50 }, () => ring.seal("session", NAME, ascii("v"))));
  expect(new Set(texts.map((text) => text.slice(0, 34))).size).toBe(50);
  for (const text of texts) expect(await ring.open("session", NAME, text)).toBeDefined();
});
