import type { Client } from "./client.ts";
import type { Statement } from "./statements.ts";
import type { TableNames } from "./table.ts";

/**
 * The SQL that makes the tables and their indexes, one statement an entry.
 *
 * The eight-byte columns come first, so that none is padded. Instants are double precision: epoch milliseconds fit
 * exactly, fractions of a clock survive, and every driver gives a number (of a bigint some give a string).
 * Leases may be lost in a crash, because a holder that comes back late fails its compare-and-set: `UNLOGGED`.
 *
 * The index on the expiry pays although each touch moves the expiry, so that no touch is a heap-only (HOT) update.
 * Measured on Postgres 15: a touch writes 860 bytes of WAL instead of 580, and after two touches a row the indexes take
 * 22 MB instead of 13 MB for 100 thousand rows. Without it each prune reads the whole table: 55 ms instead of 1 ms for
 * 200 thousand rows of which none is dead. For the same reason there is no fillfactor: it would leave room for nobody.
 */
export function schemaOf(names: TableNames, unlogged: boolean): readonly string[] {
  return [
    `CREATE ${unlogged ? "UNLOGGED " : ""}TABLE IF NOT EXISTS ${names.sessions} (
  version bigint NOT NULL,
  created_at double precision NOT NULL,
  accessed_at double precision NOT NULL,
  expires_at double precision,
  key bytea PRIMARY KEY,
  subject bytea,
  value text NOT NULL
)`,
    `CREATE INDEX IF NOT EXISTS ${names.expiryIndex} ON ${names.sessions} (expires_at) WHERE expires_at IS NOT NULL`,
    `CREATE INDEX IF NOT EXISTS ${names.subjectIndex} ON ${names.sessions} (subject) WHERE subject IS NOT NULL`,
    `CREATE UNLOGGED TABLE IF NOT EXISTS ${names.locks} (
  key bytea PRIMARY KEY,
  owner text NOT NULL,
  expires_at timestamptz NOT NULL
)`,
  ];
}

/** The same as one text, to print or to put into a migration. */
export function schemaText(names: TableNames, unlogged: boolean): string {
  return schemaOf(names, unlogged)
    .map((statement) => `${statement};\n`)
    .join("\n");
}

/** "nbkr": whoever makes tables of ours waits for whoever is at it. */
const MAKING = 0x6e626b72;

/**
 * Makes what is missing. Looks first: then it takes no lock, needs no right to create anything, and works while the
 * database is read-only. Else one DO block, which is one statement (so that it needs no connection of its own) and one
 * transaction; the lock that it takes ends with it, and makes servers that start at once take turns: IF NOT EXISTS
 * alone does not, the later one fails on a unique index of the catalog.
 */
export async function ensureSchema(client: Client, names: TableNames, unlogged: boolean): Promise<void> {
  if (await isThere(client, names)) return;
  const making = schemaOf(names, unlogged).map((statement) => `${statement};`);
  await client.run(
    unnamed(`DO $next_beaker$ BEGIN
PERFORM pg_advisory_xact_lock(${MAKING});
${making.join("\n")}
END $next_beaker$`),
    [],
  );
}

async function isThere(client: Client, names: TableNames): Promise<boolean> {
  const prefix = names.schema === undefined ? "" : `"${names.schema}".`;
  const relations = [names.sessions, names.locks, prefix + names.subjectIndex, prefix + names.expiryIndex];
  const found = relations.map((_, at) => `to_regclass($${at + 1}::text) IS NOT NULL`).join(" AND ");
  const [row] = (await client.run(unnamed(`SELECT ${found} AS found`), relations)) as { found: boolean }[];
  return row?.found === true;
}

const unnamed = (text: string): Statement => ({ name: "", text, makesTables: true });
