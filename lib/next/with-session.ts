import type { Session } from "../session/session.ts";
import type { SessionObject } from "../session/session-object.ts";

/**
 * Runs `fn` with the session and persists it afterwards. `redirect()` and `notFound()` are how Next ends a request
 * that went well, so what they throw persists as well; after any other error nothing is written.
 */
export async function runWithSession<Data extends object, Result>(
  object: SessionObject<Data>,
  fn: (session: Session<Data>) => Result | Promise<Result>,
): Promise<Result> {
  const session = await object.get();
  let result: Result;
  try {
    result = await fn(session);
  } catch (error) {
    if (isControlFlow(error)) await object.persist();
    throw error;
  }
  await object.persist();
  return result;
}

/** What `redirect()`, `notFound()`, `forbidden()` and `unauthorized()` throw carries such a digest. */
function isControlFlow(error: unknown): boolean {
  const digest = (error as { digest?: unknown } | null)?.digest;
  return typeof digest === "string" && /^NEXT_(REDIRECT|HTTP_ERROR_FALLBACK|NOT_FOUND)\b/.test(digest);
}
