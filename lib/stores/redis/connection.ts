import { StoreUnavailableError } from "../../errors.ts";
import type { Commands } from "./client.ts";
import { asStoreFailure } from "./failure.ts";
import { type Script, shaOf } from "./scripts.ts";

/** Commands that may wait for their answer. More means that the server does not keep up, and waiting costs memory. */
const MOST_PENDING = 10_000;
/** Milliseconds without an answer after which another node of a cluster may have taken over. */
const LONG = 1000;

/** The user's client as the store uses it: replies as text, failures in words. */
export class Connection {
  readonly #commands: Commands;
  /** When each unanswered command was sent, the oldest first. */
  readonly #pending = new Set<{ readonly since: number }>();
  #refreshedAt = Number.NEGATIVE_INFINITY;

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
    if (this.#pending.size >= MOST_PENDING) {
      throw new StoreUnavailableError(
        `redis store: ${MOST_PENDING} commands wait for an answer already, so no more are sent. ` +
          "The server is down, or does not keep up.",
      );
    }
    const now = performance.now();
    const [oldest] = this.#pending;
    if (oldest !== undefined && now - Math.max(oldest.since, this.#refreshedAt) > LONG) {
      this.#refreshedAt = now;
      this.#commands.refresh?.();
    }
    const sent = { since: now };
    this.#pending.add(sent);
    try {
      return await this.#commands.send(key, command);
    } finally {
      this.#pending.delete(sent);
    }
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}

/** Clients can be told to give a Buffer for a string, and a string for a number. Either says its text. */
function textOf(reply: unknown): string | null {
  return reply === null || reply === undefined ? null : String(reply);
}
