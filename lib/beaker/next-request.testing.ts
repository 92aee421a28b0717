/** In the place of `#next-api`, for tests of what Next calls by itself: the request that it is answering. */
export const next: { cookies: unknown; headers: Headers } = { cookies: undefined, headers: new Headers() };

/** What `#next-api` exports: `vi.mock("#next-api", () => import("./next-request.testing.ts"))`. */
export const nextApi = (): object => ({
  cookies: async () => next.cookies,
  headers: async () => next.headers,
});
