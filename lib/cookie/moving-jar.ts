import { type CookieAttributes, CookieJar } from "./jar.ts";
import { openJar } from "./open-jar.ts";

/**
 * The jar of a request whose answer is not settled yet: a guard reads the session with one response, and what is sent
 * in the end is another. What was set goes along to the one that is named last.
 */
export class MovingJar extends CookieJar {
  #jar: CookieJar;
  #response: unknown;
  readonly #set = new Map<string, [value: string, attributes: CookieAttributes]>();

  /** @throws {TypeError} for anything that carries no cookies. */
  constructor(request: unknown, response: unknown) {
    super();
    this.#jar = openJar(request, response);
    this.#response = response;
  }

  get(name: string): string | undefined {
    return this.#jar.get(name);
  }

  set(name: string, value: string, attributes: CookieAttributes): void {
    this.#jar.set(name, value, attributes);
    this.#set.set(name, [value, attributes]);
  }

  /** @throws {ReadonlySessionError} if cookies were set, and cannot be set there. */
  moveTo(request: unknown, response: unknown): void {
    if (response === this.#response) return;
    const jar = openJar(request, response);
    for (const [name, written] of this.#set) jar.set(name, ...written);
    this.#jar = jar;
    this.#response = response;
  }
}
