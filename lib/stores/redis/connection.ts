import { StoreUnavailableError } from "../../errors.ts";
import type { Commands } from "./client.ts";
import { asStoreFailure } from "./failure.ts";
import { type Script, shaOf } from "./scripts.ts";

/** Commands that may wait for their answer. More means that the server does not keep up, and waiting costs memory. */
const MOST_PENDING = 10_000;

/** The user's client as the store uses it: replies as text, failures in words. */
export class Connection {
  readonly #commands: Commands;
  #pending = 0;

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  /** Sends one command about `key`; gives its reply as text, null for none. */
  async send(key: string, ...command: string[]): Promise<string | null> {
    try {
      return textOf(await this.#send(key, command));
    } catch (error) {
      throw asStoreFailure(error);
    }
  }

  /** Sends a command that gives a list. */
  async list(key: string, ...command: string[]): Promise<string[]> {
    try {
      const reply = await this.#send(key, command);
      return (reply as unknown[]).map((one) => textOf(one) ?? "");
    } catch (error) {
      throw asStoreFailure(error);
    }
  }

  /** Runs a script by its hash, and tells the server its text where that is not known: on a new node, after a restart. */
  async run(script: Script, keys: readonly string[], args: readonly string[]): Promise<string | null> {
    const [first = ""] = keys;
    const rest = [String(keys.length), ...keys, ...args];
    const sha = script.sha ?? (await shaOf(script));
    try {
      return textOf(await this.#send(first, ["EVALSHA", sha, ...rest]));
    } catch (error) {
      if (!isUnknownScript(error)) throw asStoreFailure(error);
    }
    return this.send(first, "EVAL", script.text, ...rest);
  }

  async #send(key: string, command: string[]): Promise<unknown> {
    if (this.#pending >= MOST_PENDING) {
      throw new StoreUnavailableError(
        `redis store: ${MOST_PENDING} commands wait for an answer already, so no more are sent. ` +
          "The server is down, or does not keep up.",
      );
    }
    this.#pending++;
    try {
      return await this.#commands.send(key, command);
    } finally {
      this.#pending--;
    }
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}

/** Clients can be told to give bytes for strings, and strings for numbers. */
function textOf(reply: unknown): string | null {
  if (typeof reply === "string") return reply;
  if (reply === null || reply === undefined) return null;
  return reply instanceof Uint8Array ? new TextDecoder().decode(reply) : String(reply);
}
