import type { NextRequest } from "next/server.js";
import type { EndReason } from "../events.ts";
import { fn, refuseUnknown } from "../options/check.ts";
import type { Config } from "../options/config.ts";
import { checkSession, type MiddlewareSession } from "./middleware-check.ts";
import { MiddlewareJar } from "./middleware-jar.ts";
import { redirectOfPost } from "./posted.ts";
import { isActionRedirect, isPrefetch, PREFETCH_MARK } from "./prefetch.ts";

/** An answer, or nothing to let the request go on. */
export type MiddlewareAnswer = Response | undefined | null;

/** Options of `sessions.middleware`. */
export interface MiddlewareOptions {
  /**
   * The request's session has ended. Its cookie is expired with whatever you answer; answer nothing to go on without
   * a session (then `onMissing` is asked). A redirect to the path that is being requested, with whatever query, counts
   * as no answer: the login page, which need not ask for a session, must not be sent to itself. As the answer to a
   * form or a server action a redirect asks the browser to get the page, not to post to it.
   */
  onExpired?: (request: NextRequest, reason: EndReason) => MiddlewareAnswer | Promise<MiddlewareAnswer>;

  /**
   * The request has no live session. A redirect to the very address that is being requested counts as no answer, or it
   * would never end; one to the same path with another query is kept.
   */
  onMissing?: (request: NextRequest) => MiddlewareAnswer | Promise<MiddlewareAnswer>;

  /**
   * Your own middleware, or another `sessions.middleware()`: runs when neither of the two has answered. If it makes
   * its own `NextResponse.next()`, let it pass `{ request: { headers: request.headers } }` on, or a route handler
   * will not see the cookie that was refreshed.
   */
  handler?: (
    request: NextRequest,
    session: MiddlewareSession | null,
  ) => MiddlewareAnswer | Promise<MiddlewareAnswer>;
}

const HOOKS: readonly string[] = ["onExpired", "onMissing", "handler"] satisfies (keyof MiddlewareOptions)[];

/** What `middleware.ts` or `proxy.ts` exports. */
export type Middleware = (request: NextRequest) => Promise<Response>;

/** Checks the session of each request, refreshes its cookie when due, and lets the application answer where it ended. */
export function createMiddleware(config: Config, options: MiddlewareOptions = {}): Middleware {
  // A hook that nobody calls would guard nothing.
  refuseUnknown(options, HOOKS);
  for (const [name, value] of Object.entries(options)) fn(name, value);
  return async (request) => {
    const prefetch = isPrefetch(request.headers);
    // Nobody asked for a prefetch; and Next throws away the cookies of the answer to its own redirect fetch. The
    // check itself is never left out: any client can send these headers.
    const quiet = prefetch || isActionRedirect(request.headers);
    const jar = new MiddlewareJar(request);
    const check = await checkSession(config, jar, !quiet);
    let answer: MiddlewareAnswer;
    if (check.status === "ended") {
      if (!quiet) await check.expire();
      answer = unlessLoop(request, await options.onExpired?.(request, check.reason), true);
    }
    if (check.status !== "live") answer ??= unlessLoop(request, await options.onMissing?.(request));
    if (answer) answer = redirectOfPost(request, answer);
    if (prefetch) request.headers.set(PREFETCH_MARK, "1");
    answer ??= await options.handler?.(request, check.status === "live" ? check.session : null);
    answer ??= await goOn(request);
    return jar.applyTo(answer);
  };
}

/**
 * A redirect of the login page to itself would never end: an expired cookie stays where nothing may be written. Whether
 * a page may be seen without a session is for `onMissing` to say, so of its answers no more is dropped than must be.
 */
function unlessLoop(request: NextRequest, answer: MiddlewareAnswer, anyQuery?: boolean): MiddlewareAnswer {
  const location = answer?.headers.get("location");
  if (!location) return answer;
  const [here, there] = [request.url, location].map((address) => {
    // Both through Next's own URL, which knows `basePath` and that 127.0.0.1 is localhost.
    const url = request.nextUrl.clone();
    url.href = new URL(address, request.url).href;
    url.hash = "";
    if (anyQuery) url.search = "";
    // Next's own parameter, visible with `skipProxyUrlNormalize`: no part of the page's address.
    else url.searchParams.delete("_rsc");
    return url.href;
  });
  return here === there ? undefined : answer;
}

async function goOn(request: NextRequest): Promise<Response> {
  const { NextResponse } = await import("next/server.js");
  return NextResponse.next({ request: { headers: request.headers } });
}
