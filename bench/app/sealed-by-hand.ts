/**
 * Sealing by hand with the same promises: a nonce that any number of servers may draw at random for ever (12 bytes of
 * it choose a derived key, since GCM's own 12 are too few for that), a sign of the key for the day on which the secret
 * changes, one spelling of a cookie only, an identity and two times inside, and an error where a browser would drop it.
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from "node:crypto";

export interface Session {
  /** 48 random bits. */
  readonly id: number;
  /** Epoch milliseconds. */
  readonly created: number;
  /** Epoch milliseconds. */
  readonly accessed: number;
  readonly text: string;
}

const HALF_NONCE = 12;
const TAG = 16;
const TIMES = 18;
const LARGEST = 4096;

const secret = process.env["SESSION_SECRET"]!;
// The format and the key's sign.
const head = Buffer.from([1, new Uint8Array(hkdfSync("sha256", secret, "", "sign", 1))[0]!]);
const PREFIX = head.length;
const NONCE = PREFIX + HALF_NONCE;
const BODY = NONCE + HALF_NONCE;

const keys = new Map<string, KeyObject>();
const derived = (prefix: string) =>
  createSecretKey(Buffer.from(hkdfSync("sha256", secret, Buffer.from(prefix, "latin1"), "session", 32)));

/** Of authentic cookies only. */
function remember(prefix: string, key: KeyObject): void {
  if (keys.size > 100) keys.clear();
  keys.set(prefix, key);
}

const pool = Buffer.alloc(4096);
let drawn = pool.length;

function random(length: number): Buffer {
  if (drawn + length > pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += length;
  return pool.subarray(drawn - length, drawn);
}

export const newId = (): number => random(6).readUIntBE(0, 6);

const written = random(HALF_NONCE).toString("latin1");
const start = Buffer.concat([head, Buffer.from(written, "latin1")]);
const writtenWith = derived(written);
remember(written, writtenWith);

const draft = Buffer.allocUnsafeSlow(16_384);

export function seal(name: string, { id, created, accessed, text }: Session): string {
  draft.writeUIntBE(created, 0, 6);
  draft.writeUIntBE(id, 6, 6);
  draft.writeUIntBE(accessed, 12, 6);
  const nonce = random(HALF_NONCE);
  const cipher = createCipheriv("aes-256-gcm", writtenWith, nonce);
  const body = cipher.update(draft.subarray(0, TIMES + draft.write(text, TIMES)));
  cipher.final();
  const sealed = Buffer.concat([start, nonce, body, cipher.getAuthTag()]).toString("base64url");
  if (name.length + sealed.length > LARGEST) throw new Error("A browser would drop this cookie.");
  return sealed;
}

export function open(sealed: string): Session {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.toString("base64url") !== sealed || bytes[0] !== head[0] || bytes[1] !== head[1]) {
    throw new Error("This cookie is not ours.");
  }
  const prefix = bytes.toString("latin1", PREFIX, NONCE);
  const known = keys.get(prefix);
  const key = known ?? derived(prefix);
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(NONCE, BODY));
  decipher.setAuthTag(bytes.subarray(-TAG));
  const plain = decipher.update(bytes.subarray(BODY, -TAG));
  decipher.final();
  if (!known) remember(prefix, key);
  return {
    created: plain.readUIntBE(0, 6),
    id: plain.readUIntBE(6, 6),
    accessed: plain.readUIntBE(12, 6),
    text: plain.toString("utf8", TIMES),
  };
}
