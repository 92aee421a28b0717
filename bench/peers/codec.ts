/** Data of a session, as an application would keep it. */
export type Payload = Record<string, unknown>;

/** Turns a session's data into what a cookie holds, and back. */
export interface Codec {
  readonly label: string;
  /** Nobody but the server can read it. */
  readonly encrypted: boolean;
  seal(data: Payload): string | Promise<string>;
  unseal(text: string): unknown;
  /** How its framework writes that into the header, where it cannot stay as it is. */
  encode?(text: string): string;
}

/** The same for all: 32 bytes or more, as each of them asks for. */
export const SECRET = "a secret of the bench: not a secret, but long enough for all";
export const KEY: Buffer = Buffer.alloc(32, "a key of the bench");
