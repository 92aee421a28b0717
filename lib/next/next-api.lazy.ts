import type { NextApi } from "./next-api.ts";

let api: NextApi | undefined;

/**
 * The same as in `next-api.ts`, loaded at the first call: outside Next's bundles `next/headers` takes some 45 ms to
 * load and is not needed by whoever passes cookies in. The `.js` matters there: `next` has no `exports` map.
 */
export async function nextApi(): Promise<NextApi> {
  api ??= await import("next/headers.js");
  return api;
}
