import type { Config } from "../options/config.ts";
import type { Session } from "./session.ts";
import { SessionFace } from "./session-face.ts";

/** What a {@link SessionObject} is made over. */
export interface SessionSource<Data extends object> {
  /** The request's session; the same object each time. */
  get(): Promise<Session<Data>>;
  getById(id: string): Promise<Session<Data> | null>;
}

/**
 * One request's session, not read until it is needed, with the saving put off to the end of the request.
 *
 * @see Beaker `SessionObject`.
 * @example
 * const object = sessions.object();
 * const session = await object.get();
 * session.data.seen = true;
 * object.save();
 * await object.persist();
 */
export class SessionObject<Data extends object = Record<string, unknown>> {
  readonly #config: Config;
  readonly #source: SessionSource<Data>;
  #session: Promise<Session<Data>> | undefined;
  #saveAskedFor = false;

  /** @internal Made by `sessions.object()`. */
  constructor(config: Config, source: SessionSource<Data>) {
    this.#config = config;
    this.#source = source;
  }

  /** The session; read at the first call. */
  get(): Promise<Session<Data>> {
    this.#session ??= this.#source.get();
    return this.#session;
  }

  /** Whether the session was asked for in this request. */
  accessed(): boolean {
    return this.#session !== undefined;
  }

  /** Asks for a save at `persist()`. Writes nothing now (Beaker: sets the dirty flag). */
  save(): void {
    this.#saveAskedFor = true;
  }

  /** Whether `save()` was asked for. */
  dirty(): boolean {
    return this.#saveAskedFor;
  }

  /**
   * Ends the request: with the option `auto` saves what was changed; else saves if `save()` was asked for; else the
   * access has been noted, as often as `touchInterval` allows. A session that is new and empty is not created.
   *
   * @throws whatever `session.save()` throws.
   */
  async persist(): Promise<void> {
    if (!this.accessed() && !this.#saveAskedFor) return;
    const session = await this.get();
    // `get()` has noted the access already, as often as it should be.
    if (!this.#saveAskedFor && !this.#config.auto) return;
    // Whoever ended the session after asking for a save wants it ended; an empty one is nothing to create.
    if (session.isNew && Object.keys(session.data).length === 0) return;
    await SessionFace.engineOf(session).save({ onlyChanges: !this.#saveAskedFor });
  }

  /** The session under a public id, or null when absent or expired. Does not count as an access to this one. */
  getById(id: string): Promise<Session<Data> | null> {
    return this.#source.getById(id);
  }
}
