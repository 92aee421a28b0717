import * as runtimePrimitives from "#primitives";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Primitives } from "./primitives.ts";

/** Bytes of a token. */
export const TOKEN_BYTES = 32;

/** A new bearer secret: 32 unpredictable bytes. */
export function newToken(primitives: Primitives = runtimePrimitives): Uint8Array {
  return primitives.randomBytes(TOKEN_BYTES);
}

/**
 * The public name of the session that a token opens: its hash, base64url, 43 characters. A store that
 * leaks ids leaks no tokens. No secret goes in, so sessions outlive the rotation of secrets.
 *
 * @example
 * const token = newToken();
 * const id = await sessionId("beaker.session.id", token);
 */
export function sessionId(
  cookieName: string,
  token: Uint8Array,
  primitives: Primitives = runtimePrimitives,
): MaybePromise<string> {
  const label = primitives.utf8Encode(`next-beaker/id/v1\0${cookieName}\0`);
  const hashed = new Uint8Array(label.length + token.length);
  hashed.set(label);
  hashed.set(token, label.length);
  return primitives.sha256(hashed);
}

/**
 * What a store knows a subject by: a hash, so that a leaked table names nobody. No secret goes in, so sessions are
 * still found after secrets were rotated.
 */
export function subjectKey(
  cookieName: string,
  subject: string,
  primitives: Primitives = runtimePrimitives,
): MaybePromise<string> {
  return primitives.sha256(primitives.utf8Encode(`next-beaker/subject/v1\0${cookieName}\0${subject}`));
}
