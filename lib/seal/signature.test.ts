import { describe, expect, it } from "vitest";
import { createSignature, MAC_BYTES } from "./signature.ts";
import { ascii, joined, toHex, variants } from "./variants.testing.ts";

describe.each(variants)("signature (%s)", (_, primitives) => {
  it("stands behind head and payload", async () => {
    const signature = await createSignature(primitives, new Uint8Array(32), ascii("hd"));
    const signed = joined(await signature.write(ascii("payload"), ascii("bound")));
    expect(signed).toHaveLength(2 + 7 + MAC_BYTES);
    expect(toHex(signed.subarray(0, 9))).toBe(toHex(ascii("hdpayload")));
    expect(toHex(await signature.read(signed, ascii("bound")))).toBe(toHex(ascii("payload")));
    expect(await signature.read(signed, ascii("other"))).toBeUndefined();
  });

  it("is not read where a head is missing", async () => {
    const signature = await createSignature(primitives, new Uint8Array(32), ascii("hd"));
    const mac = joined(await signature.write(ascii(""), ascii("bound"))).subarray(2);
    expect(await signature.read(mac, ascii("bound"))).toBeUndefined();
    expect(await signature.read(Uint8Array.of(2, ...mac), ascii("bound"))).toBeUndefined();
    expect(await signature.read(ascii(""), ascii("bound"))).toBeUndefined();
  });
});
