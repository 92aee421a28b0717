/**
 * Next's own request scope, driven as Next drives it: the real `cookies()` and `headers()`, without a server. Private
 * API of the pinned version (spec: C10), and for tests only.
 */
import "next/dist/server/node-environment-baseline.js";
import { afterTaskAsyncStorage } from "next/dist/server/app-render/after-task-async-storage.external.js";
import { workAsyncStorage } from "next/dist/server/app-render/work-async-storage.external.js";
import { workUnitAsyncStorage } from "next/dist/server/app-render/work-unit-async-storage.external.js";
import {
  createRequestStoreForAPI,
  synchronizeMutableCookies,
} from "next/dist/server/async-storage/request-store.js";

// From here, so that nobody loads it before the environment above is there.
export { cookies } from "next/headers.js";

/** One request, and the phases that it goes through. */
export interface NextScope {
  /** The body of a server action or of a route handler: cookies can be set. */
  act<T>(work: () => Promise<T>): Promise<T>;
  /** A component, rendered in the same request: sees what the action has set, and can set nothing. */
  render<T>(work: () => Promise<T>): Promise<T>;
  /** What runs in `after()` of a route handler: other cookies, which do not show what was set. */
  after<T>(work: () => Promise<T>): Promise<T>;
  /** The `Set-Cookie` lines of the answer. */
  readonly lines: string[];
}

export function nextScope(cookie: string = "", more: Record<string, string> = {}): NextScope {
  let lines: string[] = [];
  const request = { headers: new Headers(cookie ? { cookie, ...more } : more), cookies: undefined };
  const make = () =>
    createRequestStoreForAPI(
      request as never,
      { pathname: "/", search: "" },
      undefined as never,
      (set) => {
        lines = set;
      },
      undefined,
      undefined,
    );
  const store = make();
  const work = { route: "/", page: "/", forceStatic: false, dynamicShouldError: false } as never;
  const enter = <T>(inner: () => Promise<T>, own: typeof store = store) =>
    workAsyncStorage.run(work, () => workUnitAsyncStorage.run(own, inner));
  return {
    act: (inner) => {
      store.phase = "action";
      return enter(inner);
    },
    render: (inner) => {
      if (store.phase === "action") synchronizeMutableCookies(store);
      store.phase = "render";
      return enter(inner);
    },
    after: (inner) => {
      const fresh = make();
      const own = Object.create(store, { cookies: { get: () => fresh.cookies } }) as typeof store;
      // On the request's own store, as Next does: what could set cookies in the action no longer can.
      store.phase = "after";
      return afterTaskAsyncStorage.run({ rootTaskSpawnPhase: "action" }, () => enter(inner, own));
    },
    get lines() {
      return lines;
    },
  };
}
