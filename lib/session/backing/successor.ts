import type { Config } from "../../options/config.ts";

/**
 * The token that rotation issued, as it may stand in the store: sealed, and good under one old id only. A store that
 * leaks gives nobody a token.
 */
export async function sealSuccessor(config: Config, oldId: string, token: Uint8Array): Promise<string> {
  return config.keys.ring.seal("successor", config.cookieName, token, oldId);
}

/** The token, or undefined if we did not seal this for that id. */
export async function openSuccessor(
  config: Config,
  oldId: string,
  sealed: string,
): Promise<Uint8Array | undefined> {
  const opened = await config.keys.ring.open("successor", config.cookieName, sealed, oldId);
  return opened?.bytes.slice();
}
