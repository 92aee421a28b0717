import type { Payload } from "../peers/codec.ts";

/** The sizes of the issue, as JSON. */
export const SIZES = [100, 500, 2000, 3500] as const;

/** A shop's session that is exactly this many bytes of JSON. */
export function payloadOf(bytes: number): Payload {
  const data = { userId: "user_2f9c81e4", roles: ["member"], n: 1000, cart: [] as object[], note: "" };
  const size = () => Buffer.byteLength(JSON.stringify(data));
  for (let item = 0; ; item++) {
    data.cart.push({
      sku: `SKU-${10_000 + item * 37}`,
      quantity: (item % 3) + 1,
      price: 12.5 + item,
      gift: false,
    });
    if (size() <= bytes) continue;
    data.cart.pop();
    break;
  }
  data.note = "n".repeat(bytes - size());
  return data;
}
