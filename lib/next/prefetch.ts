/** Set by our middleware on requests that it recognises as prefetches; a client that sets it only harms itself. */
export const PREFETCH_MARK = "x-next-beaker-prefetch";

/**
 * Whether a request was made ahead of time, without anybody having asked for the page.
 *
 * Next.js hides its own prefetch headers from components always, and from middleware unless
 * `skipProxyUrlNormalize` (or `skipMiddlewareUrlNormalize`) is set: hence the mark.
 */
export function isPrefetch(headers: Pick<Headers, "get">): boolean {
  return (
    headers.get("next-router-prefetch") !== null ||
    headers.get(PREFETCH_MARK) !== null ||
    (headers.get("sec-purpose") ?? headers.get("purpose") ?? "").includes("prefetch")
  );
}

/** Next's own fetch of the page that an action redirects to; it throws that answer's `Set-Cookie` away. */
export function isActionRedirect(headers: Pick<Headers, "get">): boolean {
  return headers.get("x-action-redirect") !== null;
}
