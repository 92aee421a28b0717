import { createSessions, type Session } from "next-beaker";
import { sqliteStore } from "next-beaker/stores/sqlite";
import { payloadOf } from "../parts/payload.ts";
import type { Rows } from "./row.ts";

interface Data {
  n: number;
}

const options = { secret: process.env["SESSION_SECRET"]!, timeout: 30 * 60 };

const inCookie = createSessions<Data>({ ...options, type: "cookie", key: "ours" });
const inSqlite = createSessions<Data>({
  ...options,
  store: sqliteStore({ path: `${process.env["BENCH_DATA"]}/ours.db` }),
  key: "ours-id",
});

async function save(session: Session<Data>): Promise<number> {
  session.data.n = session.data.n! + 1;
  await session.save();
  return session.data.n;
}

async function seed(session: Session<Data>): Promise<number> {
  Object.assign(session.data, payloadOf(500));
  await session.save();
  return session.data.n!;
}

export const oursRows: Rows = {
  "ours-cookie-seed": async () => seed(await inCookie.getSession()),
  "ours-cookie-read": async () => (await inCookie.getSession()).data.n!,
  "ours-cookie-save": async () => save(await inCookie.getSession()),
  "ours-sqlite-seed": async () => seed(await inSqlite.getSession()),
  "ours-sqlite-read": async () => (await inSqlite.getSession()).data.n!,
  "ours-sqlite-save": async () => save(await inSqlite.getSession()),
};
