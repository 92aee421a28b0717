"use server";

import { redirect } from "next/navigation";
import { deviceName } from "../_lib/device";
import { safeNextPath } from "../_lib/next-path";
import { findUser } from "../_lib/users";
import { storeSessions } from "../sessions";

export async function signIn(form: FormData): Promise<void> {
  const user = findUser(form.get("user"));
  if (!user) redirect("/login");

  const session = await storeSessions.getSession();
  session.data.userId = user.id;
  session.data.signedInAt = new Date();
  session.data.device = await deviceName();
  // A new id at sign-in: whoever planted or saw the old one does not come in with the user.
  await session.regenerate();
  await session.save();
  // `redirect` throws, so it comes last.
  redirect(safeNextPath(form.get("next")));
}

export async function signOut(): Promise<void> {
  const session = await storeSessions.getSession();
  await session.delete();
  redirect("/login?reason=signed-out");
}
