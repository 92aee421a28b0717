import { refresh } from "next/cache";
import { SessionError } from "next-beaker";
import { changeData } from "./fields";
import { isStoreDown, logStoreDown } from "./health";
import { isKind, type Kind, sessionsOf } from "./kinds";
import { copyCookies, type DemoSession, look, opens, print } from "./look";
import { isOperation, type OperationName } from "./operations";
import { findInCookie, findInData, findInStore, type Report } from "./report";

type Run = (session: DemoSession, operation: OperationName) => Promise<void>;

/**
 * Runs an operation on this request's session and reports what it did, by looking at data, store and
 * cookie before and after. Only the demo needs this; the library's calls are the ones in `run`.
 */
export async function watch(form: FormData, run: Run): Promise<Report> {
  const kind = form.get("kind");
  const operation = form.get("operation");
  // Our own form always says both. Whoever posts something else gets no more than an error.
  if (!isKind(kind) || !isOperation(operation)) throw new TypeError("No such kind or operation");
  /** The kept session that the form was shown with, for a comparison and nothing else. */
  const shownId = String(form.get("session") ?? "") || null;

  let begun = false;
  try {
    return await observe(kind, operation, form, shownId, (session) => {
      begun = true;
      return run(session, operation);
    });
  } catch (error) {
    if (!isStoreDown(error)) throw error;
    logStoreDown(error);
    // No `refresh()`: the page would become the one that waits for the store, and take away what was typed.
    const message = begun
      ? "The store has stopped answering: this may or may not be kept."
      : "The store does not answer, so nothing was done.";
    const refused = { code: "ERR_STORE_UNAVAILABLE", message };
    return { operation, at: Date.now(), refused, wasOver: false, keptId: shownId, found: null };
  }
}

async function observe(
  kind: Kind,
  operation: OperationName,
  form: FormData,
  shownId: string | null,
  run: (session: DemoSession) => Promise<void>,
): Promise<Report> {
  const session = await sessionsOf(kind).getSession();
  const wasOver = shownId !== null && session.isNew;

  const before = await look(kind, session);
  const copy = await copyCookies();
  const typed = structuredClone(session.data);
  changeData(typed, form);
  const refused = await refusal(() => run(session));
  const after = await look(kind, session, [...new Set([before.id, session.id])]);
  const copyOpens = after.id === before.id ? undefined : await opens(kind, copy);
  // Next renders the page again by itself only if a cookie was set; a revert or a refusal sets none.
  refresh();

  return {
    operation,
    at: Date.now(),
    refused,
    wasOver,
    keptId: session.isNew ? null : session.id,
    found: {
      data: findInData(before, print(typed), after),
      store:
        kind === "cookie"
          ? { tone: "same", text: "there is none: the cookie holds everything" }
          : findInStore(before, after),
      cookie: findInCookie(before, after, copyOpens),
    },
  };
}

/** The library's own refusals (a cookie too large, a session that is gone) are news for the page; the rest is a bug. */
async function refusal(run: () => Promise<void>): Promise<Report["refused"]> {
  try {
    await run();
    return null;
  } catch (error) {
    if (error instanceof SessionError && !isStoreDown(error))
      return { code: error.code, message: error.message };
    throw error;
  }
}
