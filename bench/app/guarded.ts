/**
 * What an application would write by hand with the promises that a session makes: one session a request, whoever asks
 * for it; an idle limit; an error for what JSON would lose; nothing written where nothing was changed; in a cookie what
 * `sealed-by-hand.ts` says, and no parts left over from one that took several; and in SQLite a token that is signed,
 * kept only as its hash, and saved by compare-and-set.
 */
import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import { cookies, headers } from "next/headers";
import { payloadOf } from "../parts/payload.ts";
import { openBareSqlite } from "../peers/bare-sqlite.ts";
import { textOf } from "./plain-text.ts";
import type { Rows } from "./row.ts";
import { newId, open, seal } from "./sealed-by-hand.ts";

interface Data {
  n: number;
}

const ATTRIBUTES = { path: "/", secure: true, httpOnly: true, sameSite: "lax" } as const;
const IDLE = 30 * 60 * 1000;
// Of the environment: handlers and pages are bundles of their own, each with its copy of this module.
const secret = hash("sha256", process.env["SESSION_SECRET"]!, "buffer");
const database = openBareSqlite(`${process.env["BENCH_DATA"]}/guarded.db`);

/** Runs `open` at the first call of a request, and gives the others the same. */
async function oncePerRequest<T>(name: symbol, open: () => Promise<T>): Promise<T> {
  const request = (await headers()) as unknown as Record<symbol, Promise<T>>;
  request[name] ??= open();
  return request[name];
}

const IN_COOKIE = Symbol("cookie");
const readCookie = () =>
  oncePerRequest(IN_COOKIE, async () => {
    const jar = await cookies();
    const session = open(jar.get("guarded")!.value);
    if (session.accessed + IDLE < Date.now()) throw new Error("This session has expired.");
    return { jar, session, data: JSON.parse(session.text) as Data };
  });

// HMAC by two calls of `hash`, which take a third of what an object of `createHmac` takes.
const pad = (byte: number) => Buffer.alloc(64, byte).map((each, index) => each ^ (secret[index] ?? 0));
const [inner, outer] = [pad(0x36), pad(0x5c)];
const signatureOf = (token: string) => {
  const digest = hash("sha256", Buffer.concat([inner, Buffer.from(token)]), "buffer");
  return hash("sha256", Buffer.concat([outer, digest]), "base64url");
};

const IN_SQLITE = Symbol("sqlite");
const readRecord = () =>
  oncePerRequest(IN_SQLITE, async () => {
    const [token, signature] = (await cookies()).get("guarded-id")!.value.split(".") as [string, string];
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(signatureOf(token)))) {
      throw new Error("This cookie is not ours.");
    }
    const key = hash("sha256", token, "buffer");
    const row = database.get(key)!;
    if (row.expires_at < Date.now()) throw new Error("This session has expired.");
    return { key, version: row.version, text: row.value, data: JSON.parse(row.value) as Data };
  });

export const guardedRows: Rows = {
  "guarded-cookie-seed": async () => {
    const now = Date.now();
    const session = { id: newId(), created: now, accessed: now, text: textOf(payloadOf(500)) };
    (await cookies()).set("guarded", seal("guarded", session), ATTRIBUTES);
    return 0;
  },
  "guarded-cookie-read": async () => (await readCookie()).data.n,
  "guarded-cookie-save": async () => {
    const { jar, session, data } = await readCookie();
    data.n += 1;
    const text = textOf(data);
    if (text === session.text) return data.n;
    const now = Date.now();
    if (session.accessed + IDLE < now) throw new Error("This session has expired meanwhile.");
    jar.set("guarded", seal("guarded", { ...session, accessed: now, text }), ATTRIBUTES);
    if (jar.get("guarded.0")) throw new Error("The parts of the longer cookie before this must be expired.");
    return data.n;
  },
  "guarded-sqlite-seed": async () => {
    const token = randomBytes(32).toString("base64url");
    database.add(hash("sha256", token, "buffer"), textOf(payloadOf(500)));
    (await cookies()).set("guarded-id", `${token}.${signatureOf(token)}`, ATTRIBUTES);
    return 0;
  },
  "guarded-sqlite-read": async () => (await readRecord()).data.n,
  "guarded-sqlite-save": async () => {
    const { key, version, text, data } = await readRecord();
    data.n += 1;
    const changed = textOf(data);
    if (changed === text) return data.n;
    if (!database.replace(key, version, changed)) throw new Error("Somebody saved meanwhile.");
    return data.n;
  },
};
