import type { DemoData } from "../sessions";
import { DEFAULT_PIGMENT, pigmentOf } from "./pigments";

export const LIKES = ["tea", "maps", "rain", "trains", "chess"] as const;

/** Characters. The form lets no more be typed, and what is posted by hand is cut. */
export const MOST = { name: 80, note: 20_000 } as const;

type Values = Partial<Pick<DemoData, "name" | "colour" | "likes" | "day" | "note">>;

/**
 * What somebody typed, as values of their own types: a Date is a Date and a Set is a Set, because the
 * session keeps them so. An empty field gives no key at all.
 */
export function readFields(form: FormData): Values {
  const text = (name: string) => String(form.get(name) ?? "").replaceAll("\r\n", "\n");
  const name = text("name").trim().slice(0, MOST.name);
  const colour = pigmentOf(text("colour"));
  const likes = form
    .getAll("likes")
    .map(String)
    .filter((like) => LIKES.some((known) => known === like));
  const day = new Date(`${text("day")}T00:00:00Z`);
  const note = text("note").slice(0, MOST.note);
  return {
    ...(name && { name }),
    // The default needs no remembering: an untouched form changes nothing.
    ...(colour !== DEFAULT_PIGMENT && { colour }),
    ...(likes.length > 0 && { likes: new Set(likes) }),
    ...(!Number.isNaN(day.getTime()) && { day }),
    ...(note && { note }),
  };
}

/** Puts the form into the session's data: plain assignments, and `delete` for what was emptied. */
export function changeData(data: Partial<DemoData>, form: FormData): void {
  for (const key of ["name", "colour", "likes", "day", "note"] as const) delete data[key];
  Object.assign(data, readFields(form));
}
