"use server";

import { redirect } from "next/navigation";
import { deviceName } from "../_lib/device";
import { safeNextPath } from "../_lib/next-path";
import { findUser } from "../_lib/users";
import { withStore } from "../_lib/with-store";
import { storeSessions } from "../sessions";

export async function signIn(form: FormData): Promise<void> {
  const user = findUser(form.get("user"));
  if (!user) redirect("/login");
  const next = safeNextPath(form.get("next"));

  await withStore(
    async () => {
      const session = await storeSessions.getSession();
      session.data.userId = user.id;
      session.data.signedInAt = new Date();
      session.data.device = await deviceName();
      // A new id at sign-in: whoever planted or saw the old one does not come in with the user.
      await session.regenerate();
      await session.save();
    },
    // Another request, because the session of this one holds the user already.
    () => redirect(`/login?${new URLSearchParams({ reason: "store-down", next })}`),
  );
  redirect(next);
}

export async function signOut(): Promise<void> {
  await withStore(
    async () => {
      const session = await storeSessions.getSession();
      await session.delete();
    },
    () => redirect("/login?reason=store-down"),
  );
  redirect("/login?reason=signed-out");
}
