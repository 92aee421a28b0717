/** The library's sources, once with Node's variants and once with those of the Edge runtime. */
import { registerHooks } from "node:module";

const lib = new URL("../../lib/", import.meta.url).href;

/** Those of its modules that the bench calls. */
export interface Library {
  readonly index: typeof import("../../lib/index.ts");
  readonly keyRing: typeof import("../../lib/seal/key-ring.ts");
  readonly cookiePayload: typeof import("../../lib/session/backing/cookie-payload.ts");
  readonly overrides: typeof import("../../lib/session/overrides.ts");
  readonly rich: typeof import("../../lib/serialize/rich.ts");
}

/** On `edge` everything that imports `#primitives` gets those on WebCrypto. */
export async function loadLibrary(runtime: "node" | "edge"): Promise<Library> {
  const load = (path: string) => import(`${lib}${path}${runtime === "edge" ? EDGE : ""}`);
  return {
    index: await load("index.ts"),
    keyRing: await load("seal/key-ring.ts"),
    cookiePayload: await load("session/backing/cookie-payload.ts"),
    overrides: await load("session/overrides.ts"),
    rich: await load("serialize/rich.ts"),
  };
}

const VARIANTS: Record<string, readonly [node: string, edge: string]> = {
  "#primitives": ["seal/primitives.node.ts", "seal/primitives.web.ts"],
  "#next-api": ["next/next-api.lazy.ts", "next/next-api.lazy.ts"],
  "#embedded-stores": ["stores/embedded.ts", "stores/embedded.edge.ts"],
};

// A second copy of each module, told apart by its URL.
const EDGE = "?edge";
registerHooks({
  resolve(specifier, context, next) {
    const edge = specifier.endsWith(EDGE) || context.parentURL?.endsWith(EDGE) === true;
    const variant = context.parentURL?.startsWith(lib) ? VARIANTS[specifier] : undefined;
    const found = next(variant ? lib + variant[edge ? 1 : 0] : specifier, context);
    return edge && found.url.startsWith(lib) && !found.url.endsWith(EDGE)
      ? { ...found, url: found.url + EDGE }
      : found;
  },
});
