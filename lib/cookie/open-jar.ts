import { CookieJar, type CookieStore } from "./jar.ts";
import {
  FetchJar,
  NextJar,
  type NextLikeRequest,
  type NextLikeResponse,
  NodeJar,
  type NodeRequest,
  type NodeResponse,
  StoreJar,
} from "./jars.ts";

/** What carries cookies besides `next/headers`: a cookie store, or a request with its response. */
export type CookieCarrier =
  | [cookieStore: CookieStore]
  | [request: Request, response: Response | Headers]
  | [request: NodeRequest, response: NodeResponse];

/**
 * The jar that fits what the caller has in hand.
 *
 * @throws {TypeError} for anything that carries no cookies.
 */
export function openJar(first: unknown, second?: unknown): CookieJar {
  if (first instanceof CookieJar) return first;
  if (second === undefined) {
    if (isCookieStore(first)) return new StoreJar(first);
  } else if (hasCookies(first) && hasCookies(second)) {
    return new NextJar(first as NextLikeRequest, second as NextLikeResponse);
  } else if (isFetchRequest(first) && (second instanceof Headers || hasFetchHeaders(second))) {
    return new FetchJar(first, second as Response | Headers);
  } else if (isNodePair(first, second)) {
    return new NodeJar(first as NodeRequest, second as NodeResponse);
  }
  throw new TypeError(
    "getSession takes nothing (App Router), a cookie store with get(name) and set(name, value, options), or a " +
      "request with its response (NextRequest and NextResponse, Request and Response or Headers, IncomingMessage " +
      "and ServerResponse). In an App Router function, await cookies() before passing it.",
  );
}

function isCookieStore(value: unknown): value is CookieStore {
  const store = value as CookieStore | null;
  return typeof store?.get === "function" && typeof store.set === "function" && !(value instanceof Headers);
}

function hasCookies(value: unknown): boolean {
  const cookies = (value as { cookies?: { set?: unknown } } | null)?.cookies;
  return typeof cookies?.set === "function";
}

function hasFetchHeaders(value: unknown): boolean {
  const response = value as { headers?: unknown; status?: unknown } | null;
  return response?.headers instanceof Headers && typeof response.status === "number";
}

function isFetchRequest(value: unknown): value is Request {
  const headers = (value as { headers?: { get?: unknown } } | null)?.headers;
  return typeof headers?.get === "function";
}

function isNodePair(request: unknown, response: unknown): boolean {
  return (
    typeof (request as NodeRequest | null)?.headers === "object" &&
    !isFetchRequest(request) &&
    typeof (response as NodeResponse | null)?.setHeader === "function"
  );
}
