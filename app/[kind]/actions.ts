"use server";

import { changeData } from "../_lib/fields";
import type { Report } from "../_lib/report";
import { watch } from "../_lib/watch";

/**
 * Puts what was typed into the session's data, and does what the pressed button says.
 *
 * `watch` hands over the session of this request, the same object as `await getSession()` gives, and
 * reports what became of data, store and cookie. It is one action, because a form posted without
 * JavaScript gets the report of one action back: the first that it contains.
 */
export async function operate(_previous: Report | null, form: FormData): Promise<Report> {
  return watch(form, async (session, operation) => {
    changeData(session.data, form);
    switch (operation) {
      case "save":
        return await session.save();
      case "saveAccessTime":
        return await session.save({ accessedOnly: true });
      case "revert":
        return session.revert();
      case "regenerate":
        return await session.regenerate();
      case "invalidate":
        return await session.invalidate();
      case "delete":
        return await session.delete();
    }
  });
}
