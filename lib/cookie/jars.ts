import { ReadonlySessionError } from "../errors.ts";
import { formatSetCookie, readCookie, withoutSetCookie } from "./header.ts";
import { type CookieAttributes, CookieJar, type CookieStore } from "./jar.ts";

/** The part of Node's `IncomingMessage` that carries cookies. */
export interface NodeRequest {
  readonly headers: { readonly cookie?: string | undefined };
}

/** The part of Node's `ServerResponse` that carries cookies. */
export interface NodeResponse {
  readonly headersSent: boolean;
  getHeader(name: string): number | string | string[] | undefined;
  setHeader(name: string, value: string[]): unknown;
}

/** The part of `NextRequest` that carries cookies. */
export interface NextLikeRequest {
  readonly cookies: {
    get(name: string): { value: string } | undefined;
    set(name: string, value: string): unknown;
    delete(name: string): unknown;
  };
}

/** The part of `NextResponse` that carries cookies. */
export interface NextLikeResponse {
  readonly headers: Headers;
  readonly cookies: { set(name: string, value: string, attributes: CookieAttributes): unknown };
}

// The only way to learn that Next refuses is its error, whose class it does not export (spec: C6).
const NEXT_REFUSAL = "Cookies can only be modified in";

/** A jar over `await cookies()` or anything of that shape. */
export class StoreJar extends CookieJar {
  readonly #store: CookieStore;

  constructor(store: CookieStore) {
    super();
    this.#store = store;
  }

  get(name: string): string | undefined {
    // A cookie deleted in this request reads back as an entry with an empty value, not as absent.
    return this.#store.get(name)?.value || undefined;
  }

  set(name: string, value: string, attributes: CookieAttributes): void {
    try {
      this.#store.set(name, value, attributes);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith(NEXT_REFUSAL)) {
        throw new ReadonlySessionError("save", { cause: error });
      }
      throw error;
    }
  }
}

/** Remembers what was set, for carriers whose request does not show it. */
abstract class WriteThroughJar extends CookieJar {
  readonly #written = new Map<string, string | undefined>();

  get(name: string): string | undefined {
    return this.#written.has(name) ? this.#written.get(name) : this.read(name);
  }

  set(name: string, value: string, attributes: CookieAttributes): void {
    this.write(name, value, attributes);
    this.#written.set(name, attributes.maxAge === 0 ? undefined : value || undefined);
  }

  protected abstract read(name: string): string | undefined;
  protected abstract write(name: string, value: string, attributes: CookieAttributes): void;
}

/** A jar over a fetch `Request` and the `Response` (or its `Headers`) that will answer it. */
export class FetchJar extends WriteThroughJar {
  readonly #request: Request;
  readonly #headers: Headers;

  constructor(request: Request, response: Response | Headers) {
    super();
    this.#request = request;
    this.#headers = response instanceof Headers ? response : response.headers;
  }

  protected override read(name: string): string | undefined {
    return readCookie(this.#request.headers.get("cookie"), name);
  }

  protected override write(name: string, value: string, attributes: CookieAttributes): void {
    const kept = withoutSetCookie(this.#headers.getSetCookie(), name);
    try {
      this.#headers.delete("set-cookie");
      for (const line of kept) this.#headers.append("set-cookie", line);
      this.#headers.append("set-cookie", formatSetCookie(name, value, attributes));
    } catch (error) {
      // Headers of `Response.redirect()` and of a fetched response are immutable.
      throw new ReadonlySessionError("save", { cause: error });
    }
  }
}

/** A jar over Node's request and response: the Pages Router, Express, plain `node:http`. */
export class NodeJar extends WriteThroughJar {
  readonly #request: NodeRequest;
  readonly #response: NodeResponse;

  constructor(request: NodeRequest, response: NodeResponse) {
    super();
    this.#request = request;
    this.#response = response;
  }

  protected override read(name: string): string | undefined {
    return readCookie(this.#request.headers.cookie, name);
  }

  protected override write(name: string, value: string, attributes: CookieAttributes): void {
    if (this.#response.headersSent) throw new ReadonlySessionError("save");
    const before = this.#response.getHeader("set-cookie");
    const lines = before === undefined ? [] : Array.isArray(before) ? before : [String(before)];
    const kept = withoutSetCookie(lines, name);
    this.#response.setHeader("set-cookie", [...kept, formatSetCookie(name, value, attributes)]);
  }
}

/** A jar over `NextRequest` and `NextResponse`: what is set shows on the request as well. */
export class NextJar extends CookieJar {
  readonly #request: NextLikeRequest;
  readonly #response: NextLikeResponse;

  constructor(request: NextLikeRequest, response: NextLikeResponse) {
    super();
    this.#request = request;
    this.#response = response;
  }

  get(name: string): string | undefined {
    return this.#request.cookies.get(name)?.value || undefined;
  }

  set(name: string, value: string, attributes: CookieAttributes): void {
    if (attributes.maxAge === 0) this.#request.cookies.delete(name);
    else this.#request.cookies.set(name, value);
    setOnNextResponse(this.#response, name, value, attributes);
  }
}

/** Sets a cookie on a `NextResponse`, whose own `set` drops each `Set-Cookie` line that it did not make itself. */
export function setOnNextResponse(
  response: NextLikeResponse,
  name: string,
  value: string,
  attributes: CookieAttributes,
): void {
  const { headers, cookies } = response;
  const before = headers.getSetCookie();
  cookies.set(name, value, attributes);
  const after = new Set(headers.getSetCookie().map(nameOf));
  for (const line of before) if (!after.has(nameOf(line))) headers.append("set-cookie", line);
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf("="));
}
