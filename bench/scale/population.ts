/** A million sessions, as the library writes them. */
import { randomBytes } from "node:crypto";
import type { NewRecord, SessionStore } from "../../lib/stores/store.ts";
import { payloadOf } from "../parts/payload.ts";
import { SECRET } from "../peers/codec.ts";
import { createSessions } from "./library.ts";

/** The idle limit of every session. */
export const TIMEOUT = 30 * 60 * 1000;

const KEY_BYTES = 32;

/** Keys by number, and the record that each had when it was last saved. */
export class Population {
  readonly size: number;
  readonly #keys: Buffer;
  readonly #template: NewRecord;
  /** When all of them are looked at. */
  readonly now = Date.now();

  private constructor(size: number, template: NewRecord) {
    this.size = size;
    this.#keys = randomBytes(size * KEY_BYTES);
    this.#template = template;
  }

  /** With the value that a session of 500 bytes of JSON is stored as. */
  static async of(size: number): Promise<Population> {
    return new Population(size, await savedRecord());
  }

  /** Characters of a value. */
  get valueLength(): number {
    return this.#template.value.length;
  }

  key(number: number): string {
    const start = number * KEY_BYTES;
    return this.#keys.subarray(start, start + KEY_BYTES).toString("base64url");
  }

  /** Accessed some time within the last idle limit, as in a running service; if expired, within the one before. */
  record(number: number, expired = false): NewRecord {
    const idle = (Math.random() + (expired ? 1 : 0)) * TIMEOUT;
    const accessedAt = Math.floor(this.now - idle);
    const createdAt = accessedAt - (number % TIMEOUT);
    return { value: this.#template.value, createdAt, accessedAt, expiresAt: accessedAt + TIMEOUT };
  }

  /** Some number below `below`. */
  any(below = this.size): number {
    return Math.floor(Math.random() * below);
  }
}

/** What a store is asked to keep when a new session with 500 bytes of JSON is saved. */
async function savedRecord(): Promise<NewRecord> {
  let saved: NewRecord | undefined;
  const store: SessionStore = {
    name: "spy",
    get: async () => undefined,
    async set(_key, record) {
      saved = record;
      return "1";
    },
    touch: async () => false,
    delete: async () => false,
  };
  const { getSession } = createSessions({ store, secret: SECRET, timeout: TIMEOUT / 1000 });
  const session = await getSession(new Request("http://localhost/"), new Headers());
  Object.assign(session.data, payloadOf(500));
  await session.save();
  return saved!;
}
