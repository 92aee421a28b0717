import { refresh } from "next/cache";
import { SessionError } from "next-beaker";
import { changeData } from "./fields";
import { isKind, sessionsOf } from "./kinds";
import { copyCookies, type DemoSession, look, opens, print } from "./look";
import { isOperation, type OperationName } from "./operations";
import { findInCookie, findInData, findInStore, type Report } from "./report";

/**
 * Runs an operation on this request's session and reports what it did, by looking at data, store and
 * cookie before and after. Only the demo needs this; the library's calls are the ones in `run`.
 */
export async function watch(
  form: FormData,
  run: (session: DemoSession, operation: OperationName) => Promise<void>,
): Promise<Report> {
  const kind = form.get("kind");
  const operation = form.get("operation");
  // Our own form always says both. Whoever posts something else gets no more than an error.
  if (!isKind(kind) || !isOperation(operation)) throw new TypeError("No such kind or operation");
  const session = await sessionsOf(kind).getSession();

  const before = await look(kind, session);
  const copy = await copyCookies();
  const typed = structuredClone(session.data);
  changeData(typed, form);
  const refused = await refusal(() => run(session, operation));
  // Next renders the page again by itself only if a cookie was set; a revert or a refusal sets none.
  refresh();
  const after = await look(kind, session, [...new Set([before.id, session.id])]);
  const copyOpens = after.id === before.id ? undefined : await opens(kind, copy);

  return {
    operation,
    at: Date.now(),
    refused,
    data: findInData(before, print(typed), after),
    store:
      kind === "cookie"
        ? { tone: "same", text: "there is none: the cookie holds everything" }
        : findInStore(before, after),
    cookie: findInCookie(before, after, copyOpens),
  };
}

/** The library's own refusals (a cookie too large, a session that is gone) are news for the page; the rest is a bug. */
async function refusal(run: () => Promise<void>): Promise<Report["refused"]> {
  try {
    await run();
    return null;
  } catch (error) {
    if (error instanceof SessionError) return { code: error.code, message: error.message };
    throw error;
  }
}
