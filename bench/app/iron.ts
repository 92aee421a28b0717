import { getIronSession } from "iron-session";
import { cookies } from "next/headers";
import { payloadOf } from "../parts/payload.ts";
import type { Rows } from "./row.ts";

const options = { cookieName: "iron", password: process.env["SESSION_SECRET"]! };
const open = async () => getIronSession<{ n: number }>(await cookies(), options);

export const ironRows: Rows = {
  "iron-seed": async () => {
    const session = await open();
    Object.assign(session, payloadOf(500));
    await session.save();
    return session.n!;
  },
  "iron-read": async () => (await open()).n!,
  "iron-save": async () => {
    const session = await open();
    session.n! += 1;
    await session.save();
    return session.n!;
  },
};
