/** What an application would write by hand if a session had to do nothing but hold data. */
import { randomBytes } from "node:crypto";
import { cookies } from "next/headers";
import { payloadOf } from "../parts/payload.ts";
import { openBareSqlite } from "../peers/bare-sqlite.ts";
import { sealRaw, unsealRaw } from "../peers/floor.ts";
import type { Rows } from "./row.ts";

const ATTRIBUTES = { path: "/", secure: true, httpOnly: true, sameSite: "lax" } as const;
const constant = sealRaw(payloadOf(500));
const database = openBareSqlite(`${process.env["BENCH_DATA"]}/minimum.db`);

async function readCookie() {
  const jar = await cookies();
  const data = unsealRaw(jar.get("minimum")!.value) as { n: number };
  return { jar, data };
}

async function readRecord() {
  const key = Buffer.from((await cookies()).get("minimum-id")!.value, "base64url");
  const row = database.get(key)!;
  if (row.expires_at < Date.now()) throw new Error("This session has expired.");
  return { key, data: JSON.parse(row.value) as { n: number } };
}

export const minimumRows: Rows = {
  bare: async () => 0,
  cookies: async () => (await cookies()).get("minimum")!.value.length,
  set: async () => {
    (await cookies()).set("minimum", constant, ATTRIBUTES);
    return 0;
  },
  "minimum-cookie-seed": async () => {
    (await cookies()).set("minimum", constant, ATTRIBUTES);
    return 0;
  },
  "minimum-cookie-read": async () => (await readCookie()).data.n,
  "minimum-cookie-save": async () => {
    const { jar, data } = await readCookie();
    data.n += 1;
    jar.set("minimum", sealRaw({ ...data }), ATTRIBUTES);
    return data.n;
  },
  "minimum-sqlite-seed": async () => {
    const key = randomBytes(32);
    database.add(key, JSON.stringify(payloadOf(500)));
    (await cookies()).set("minimum-id", key.toString("base64url"), ATTRIBUTES);
    return 0;
  },
  "minimum-sqlite-read": async () => (await readRecord()).data.n,
  "minimum-sqlite-save": async () => {
    const { key, data } = await readRecord();
    data.n += 1;
    database.save(key, JSON.stringify(data));
    return data.n;
  },
};
