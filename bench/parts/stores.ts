import type { Part } from "../report/part.ts";
import { measureServers } from "./stores-servers.ts";
import { measureSqlite } from "./stores-sqlite.ts";

export const part: Part = {
  title: "Stores",

  async run(options) {
    options.say("stores: SQLite");
    const sqlite = await measureSqlite(options);
    options.say("stores: Redis and Postgres");
    const servers = await measureServers(options);
    return { tables: [...sqlite.tables, ...servers.tables], goals: [...sqlite.goals, ...servers.goals] };
  },
};
