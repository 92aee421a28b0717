import { SessionError } from "next-beaker";

const AFTER = { "Retry-After": "5" };

/** What a route handler answers where a session cannot do what it was asked; anything else is a bug, and stays a 500. */
const ANSWERS: Partial<Record<SessionError["code"], readonly [status: number, headers?: HeadersInit]>> = {
  ERR_COOKIE_TOO_LARGE: [413],
  // It was ended or changed while this request had it in hand.
  ERR_GONE: [409],
  ERR_CONFLICT: [409],
  ERR_LOCK_TIMEOUT: [503, AFTER],
  ERR_STORE_UNAVAILABLE: [503, AFTER],
};

/**
 * Answers with what `work` gives, or with JSON that says what became of the session. Either is for this visitor alone,
 * and no cache may keep it.
 */
export async function answering(work: () => Promise<Response>): Promise<Response> {
  const response = await orRefusal(work);
  response.headers.set("cache-control", "private, no-store");
  return response;
}

async function orRefusal(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    const [status, headers] = (error instanceof SessionError && ANSWERS[error.code]) || [];
    if (status === undefined) throw error;
    const { code, message } = error as SessionError;
    // What a store says of its own failure is for the server's log.
    const said = code === "ERR_STORE_UNAVAILABLE" ? "The session store does not answer." : message;
    return Response.json({ code, error: said }, { status, ...(headers && { headers }) });
  }
}
