/** The library as it is built, once as Node loads it and once as the Edge runtime does. */
import { registerHooks } from "node:module";

const dist = new URL("../../dist/", import.meta.url).href;

/** Those of its modules that the bench calls. */
export interface Library {
  readonly index: typeof import("../../lib/index.ts");
  readonly keyRing: typeof import("../../lib/seal/key-ring.ts");
  readonly cookiePayload: typeof import("../../lib/session/backing/cookie-payload.ts");
  readonly rich: typeof import("../../lib/serialize/rich.ts");
}

/** On `edge` everything that imports `#primitives` gets those on WebCrypto. */
export async function loadLibrary(runtime: "node" | "edge"): Promise<Library> {
  const load = (path: string) => import(`${dist}${path}${runtime === "edge" ? EDGE : ""}`);
  return {
    index: await load("index.js"),
    keyRing: await load("seal/key-ring.js"),
    cookiePayload: await load("session/backing/cookie-payload.js"),
    rich: await load("serialize/rich.js"),
  };
}

// A second copy of each module, told apart by its URL, whose imports are resolved as Next's Edge bundles resolve them.
const EDGE = "?edge";
registerHooks({
  resolve(specifier, context, next) {
    const asked = specifier.endsWith(EDGE) || context.parentURL?.endsWith(EDGE);
    if (!asked) return next(specifier, context);
    const conditions = ["edge-light", ...context.conditions];
    const found = next(specifier, { ...context, conditions });
    return found.url.startsWith(dist) && !found.url.endsWith(EDGE)
      ? { ...found, url: found.url + EDGE }
      : found;
  },
});
