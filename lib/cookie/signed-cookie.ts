import { utf8Encode } from "#primitives";
import { ConfigError } from "../errors.ts";
import { COOKIE_DOMAIN, COOKIE_NAME, COOKIE_PATH, expired } from "./attributes.ts";
import { formatSetCookie, readCookies } from "./header.ts";
import type { CookieAttributes } from "./jar.ts";
import { beakerSignature, type Signature, sha256Signature } from "./signature.ts";

/** Options of {@link SignedCookie}. */
export interface SignedCookieOptions {
  /** `"sha1"` is byte-compatible with Beaker's; default `"sha256"`. */
  algorithm?: "sha256" | "sha1";
  /** Told the name of each cookie whose signature is bad. It reads as absent either way. */
  onInvalid?: (name: string) => void;
}

/**
 * Reads and writes signed cookies: anybody can read them, nobody else can make them.
 *
 * @param secret at least 32 bytes (any length for `"sha1"`, which has to live with Beaker's); of several the first
 *   signs and all verify.
 * @param input the request's `Cookie` header.
 * @throws {ConfigError} for a missing or short secret or an unknown algorithm.
 * @throws {NotSupportedError} on the Edge runtime, which cannot sign synchronously.
 * @see Beaker `SignedCookie`, which knows one secret and does not bind the name.
 * @example
 * const cookies = new SignedCookie(secret, request.headers.get("cookie"));
 * const theme = cookies.get("theme") ?? "light";
 * cookies.set("theme", "dark", { path: "/", httpOnly: true });
 * for (const line of cookies.setCookies()) headers.append("set-cookie", line);
 */
export class SignedCookie implements Iterable<[name: string, value: string]> {
  readonly #signature: Signature;
  readonly #input: Map<string, string>;
  readonly #onInvalid: ((name: string) => void) | undefined;
  readonly #written = new Map<string, { value: string | undefined; attributes: CookieAttributes }>();

  constructor(secret: string | readonly string[], input?: string | null, options: SignedCookieOptions = {}) {
    const { algorithm = "sha256", onInvalid } = options;
    const secrets = typeof secret === "string" ? [secret] : secret;
    const shortest = algorithm === "sha1" ? 1 : 32;
    if (algorithm !== "sha256" && algorithm !== "sha1") {
      throw new ConfigError(
        "algorithm",
        `algorithm must be "sha256" or "sha1"; got ${JSON.stringify(algorithm)}.`,
      );
    }
    if (
      secrets.length === 0 ||
      secrets.some((each) => typeof each !== "string" || utf8Encode(each).length < shortest)
    ) {
      throw new ConfigError(
        "secret",
        `SignedCookie needs a secret of at least ${shortest} bytes, or several.`,
      );
    }
    this.#signature = algorithm === "sha1" ? beakerSignature(secrets) : sha256Signature(secrets);
    this.#input = readCookies(input);
    this.#onInvalid = onInvalid;
  }

  /** The value, if one of the secrets signed it; what was set here is read back. */
  get(name: string): string | undefined {
    const written = this.#written.get(name);
    if (written) return written.value;
    const signed = this.#input.get(name);
    if (!signed) return undefined;
    const value = this.#signature.verify(name, signed);
    if (value === undefined) this.#onInvalid?.(name);
    return value;
  }

  /**
   * Signs a value and sends it with the response.
   *
   * @throws {ConfigError} for a name, domain or path that is none: they stand in the header as they are.
   */
  set(name: string, value: string, attributes: CookieAttributes = {}): this {
    mustBeSafe(name, attributes);
    this.#written.set(name, { value, attributes });
    return this;
  }

  /**
   * Expires the cookie; `domain` and `path` must be those it was set with.
   *
   * @throws {ConfigError} as {@link set} does.
   */
  delete(name: string, attributes: CookieAttributes = {}): this {
    mustBeSafe(name, attributes);
    this.#written.set(name, { value: undefined, attributes: expired(attributes) });
    return this;
  }

  /** Every cookie with a good signature. */
  *[Symbol.iterator](): Generator<[name: string, value: string]> {
    for (const name of new Set([...this.#input.keys(), ...this.#written.keys()])) {
      const value = this.get(name);
      if (value !== undefined) yield [name, value];
    }
  }

  /** What was set and deleted, as values for `Set-Cookie` headers. */
  setCookies(): string[] {
    return Array.from(this.#written, ([name, { value, attributes }]) =>
      formatSetCookie(name, value === undefined ? "" : this.#signature.sign(name, value), attributes),
    );
  }

  /** The same as header lines. */
  toString(): string {
    return this.setCookies()
      .map((line) => `Set-Cookie: ${line}`)
      .join("\r\n");
  }
}

/** A line end or a semicolon in one of these would be a header, or an attribute, of somebody else's choice. */
function mustBeSafe(name: string, { domain, path }: CookieAttributes): void {
  for (const [option, value, pattern] of [
    ["name", name, COOKIE_NAME],
    ["domain", domain ?? "x", COOKIE_DOMAIN],
    ["path", path ?? "/", COOKIE_PATH],
  ] as const) {
    if (typeof value !== "string" || !pattern.test(value)) {
      throw new ConfigError(option, `The ${option} of a cookie must match ${pattern}.`);
    }
  }
}
