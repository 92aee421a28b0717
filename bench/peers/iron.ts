/** The three that write iron's format. */
import * as iron from "@hapi/iron";
import { type H3Event, sealSession, unsealSession } from "h3";
import { getIronSession, sealData, unsealData } from "iron-session";
import { COOKIE, Cookies } from "../ours/codecs.ts";
import { type Codec, type Payload, SECRET } from "./codec.ts";

export const ironSession: Codec = {
  label: "iron-session 9",
  encrypted: true,
  seal: (data) => sealData(data, { password: SECRET }),
  unseal: (text) => unsealData(text, { password: SECRET }),
};

export const hapiIron: Codec = {
  label: "@hapi/iron 7",
  encrypted: true,
  seal: (data) => iron.seal(data, SECRET, iron.defaults),
  unseal: (text) => iron.unseal(text, SECRET, iron.defaults),
};

const config = { password: SECRET, name: "session" };

export const h3: Codec = {
  label: "h3 2",
  encrypted: true,
  // As `useSession` keeps it for the length of a request.
  seal: (data) =>
    sealSession(
      { context: { sessions: { session: { id: "0", createdAt: Date.now(), data } } } } as unknown as H3Event,
      config,
    ),
  unseal: (text) => unsealSession({ context: {} } as H3Event, config, text),
};

/** What an application calls, as `wholeSession` does with ours. */
export const wholeIronSession: Codec = {
  label: "iron-session 9, getIronSession",
  encrypted: true,
  async seal(data) {
    const cookies = new Cookies();
    const session = await getIronSession<Payload>(cookies, { cookieName: COOKIE, password: SECRET });
    Object.assign(session, data);
    await session.save();
    return cookies.text;
  },
  unseal: (text) => getIronSession<Payload>(new Cookies(text), { cookieName: COOKIE, password: SECRET }),
};
