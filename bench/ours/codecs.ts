import { type Codec, type Payload, SECRET } from "../peers/codec.ts";
import type { Library } from "./library.ts";

/** The name that the cookie goes by in every row. */
export const COOKIE = "session";

/** All that lies between a session's data and its cookie's value: serializer, metadata, seal. */
export function sealCodec(label: string, { keyRing, cookiePayload, overrides, rich }: Library): Codec {
  const ring = keyRing.createKeyRing([SECRET]);
  const { encodePayload, decodePayload, newNonce } = cookiePayload;
  const { serialize, parse } = rich.richSerializer;
  const nonce = newNonce();
  const created = Date.now();
  return {
    label,
    encrypted: true,
    seal(data) {
      const text = serialize(data);
      return ring.seal(
        "session",
        COOKIE,
        encodePayload({ nonce, created, accessed: Date.now(), meta: overrides.NO_META, text }),
      );
    },
    unseal(text) {
      const opened = ring.open("session", COOKIE, text);
      if (opened instanceof Promise) return opened.then((opened) => parse(decodePayload(opened!.bytes).text));
      return parse(decodePayload(opened!.bytes).text);
    },
  };
}

/** A cookie store that holds one request's cookies. */
export class Cookies {
  readonly values = new Map<string, string>();

  constructor(text?: string) {
    if (text !== undefined) this.values.set(COOKIE, text);
  }

  get(name: string): { name: string; value: string } | undefined {
    const value = this.values.get(name);
    return value === undefined ? undefined : { name, value };
  }

  getAll(): { name: string; value: string }[] {
    return [...this.values].map(([name, value]) => ({ name, value }));
  }

  set(name: string, value: string): void {
    this.values.set(name, value);
  }

  /** All that would be sent. */
  get text(): string {
    return [...this.values.values()].join("");
  }
}

/** What an application calls: a session is looked for, filled and saved; and read. */
export function wholeSession(label: string, { index }: Library): Codec {
  const { getSession } = index.createSessions<Payload>({
    type: "cookie",
    secret: SECRET,
    key: COOKIE,
    timeout: 30 * 60,
    cookieChunks: 2,
  });
  return {
    label,
    encrypted: true,
    async seal(data) {
      const cookies = new Cookies();
      const session = await getSession(cookies);
      Object.assign(session.data, data);
      await session.save();
      return cookies.text;
    },
    unseal: async (text) => (await getSession(new Cookies(text))).data,
  };
}
