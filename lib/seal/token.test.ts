import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { newToken, sessionId } from "./token.ts";
import { ascii, toHex, variants } from "./variants.testing.ts";

describe.each(variants)("token (%s)", (_, primitives) => {
  it("has 32 bytes that nobody foresees", () => {
    expect(newToken(primitives)).toHaveLength(32);
    expect(toHex(newToken(primitives))).not.toBe(toHex(newToken(primitives)));
  });

  it("is hashed into an id with the cookie's name", async () => {
    const token = Uint8Array.from({ length: 32 }, (_, index) => index);
    const hash = createHash("sha256").update("next-beaker/id/v1\0beaker.session.id\0").update(token);
    expect(await sessionId("beaker.session.id", token, primitives)).toBe(hash.digest("base64url"));
  });

  it("has another id under another name", async () => {
    const token = ascii("t".repeat(32));
    const ids = await Promise.all([sessionId("a", token, primitives), sessionId("b", token, primitives)]);
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});
