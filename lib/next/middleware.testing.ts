/** For the tests of middleware: requests as a browser makes them, and what comes of them. */
import { NextRequest, NextResponse } from "next/server.js";
import { COOKIE, type Scene } from "../session/kinds.testing.ts";
import type { MiddlewareOptions } from "./middleware.ts";

export const URL_ = "https://example.com/account";
export const toLogin = (request: NextRequest, reason: string): Response =>
  NextResponse.redirect(new URL(`/login?reason=${reason}`, request.url));

function requestOf({ browser }: Scene, headers: Record<string, string> = {}): NextRequest {
  const cookie = browser
    .request()
    .getAll()
    .map(({ name, value }) => `${name}=${value}`)
    .join("; ");
  return new NextRequest(URL_, { headers: { ...(cookie ? { cookie } : {}), ...headers } });
}

/** What middleware made of a request. */
interface Outcome {
  readonly request: NextRequest;
  readonly response: Response;
  /** The `Set-Cookie` lines for the session's cookie. */
  readonly lines: string[];
  /** The last of them. */
  readonly line: string | undefined;
}

/** A request from the scene's browser. */
export async function run(
  scene: Scene,
  options: MiddlewareOptions = {},
  headers?: Record<string, string>,
): Promise<Outcome> {
  const request = requestOf(scene, headers);
  const response = await scene.sessions.middleware(options)(request);
  const lines = response.headers.getSetCookie().filter((line) => line.startsWith(COOKIE));
  return { request, response, lines, line: lines.at(-1) };
}

/** The cookie header that Next gives to whatever answers the request. */
export const passedOn = (response: Response): string | null =>
  response.headers.get("x-middleware-request-cookie");
