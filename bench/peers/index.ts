/** The codecs of others. */
import type { Codec } from "./codec.ts";
import { h3, hapiIron, ironSession, wholeIronSession } from "./iron.ts";
import { authCore, jose } from "./jwt.ts";
import { fastifySecureSession } from "./secure-session.ts";
import { expressCookieSession, reactRouter } from "./signed.ts";

/** The same as a whole session. */
export const wholePeer: Codec = wholeIronSession;

export const codecs: readonly Codec[] = [
  fastifySecureSession,
  jose,
  authCore,
  hapiIron,
  ironSession,
  h3,
  expressCookieSession,
  reactRouter,
];
