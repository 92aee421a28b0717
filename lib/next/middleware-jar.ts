import { type CookieAttributes, CookieJar } from "../cookie/jar.ts";
import { FetchJar, type NextLikeRequest, type NextLikeResponse, setOnNextResponse } from "../cookie/jars.ts";

/**
 * Middleware's jar. What is set shows on the request at once, before the response exists: only so does a route
 * handler of the same request see it, besides components and actions (spec: C4).
 */
export class MiddlewareJar extends CookieJar {
  readonly #request: NextLikeRequest & Request;
  readonly #pending = new Map<string, { value: string; attributes: CookieAttributes }>();

  constructor(request: NextLikeRequest & Request) {
    super();
    this.#request = request;
  }

  get(name: string): string | undefined {
    return this.#request.cookies.get(name)?.value || undefined;
  }

  set(name: string, value: string, attributes: CookieAttributes): void {
    if (attributes.maxAge === 0) this.#request.cookies.delete(name);
    else this.#request.cookies.set(name, value);
    this.#pending.set(name, { value, attributes });
  }

  /** Puts what was set onto the response, whatever kind it is; gives the response to send. */
  applyTo(response: Response): Response {
    if (this.#pending.size === 0) return response;
    const target = writable(response);
    for (const [name, { value, attributes }] of this.#pending) {
      if (hasCookies(target)) setOnNextResponse(target, name, value, attributes);
      else new FetchJar(this.#request, target).set(name, value, attributes);
    }
    // A page cached by a shared cache must not carry somebody's session cookie.
    target.headers.set("cache-control", "private, no-store");
    return target;
  }
}

function writable(response: Response): Response {
  try {
    response.headers.delete("x-next-beaker-probe");
    return response;
  } catch {
    // Response.redirect() and fetched responses have immutable headers.
    return new Response(response.body, response);
  }
}

function hasCookies(response: Response): response is Response & NextLikeResponse {
  return typeof (response as { cookies?: { set?: unknown } }).cookies?.set === "function";
}
