import { SessionError, StoreUnavailableError } from "../../errors.ts";
import { withoutValues } from "./cause.ts";
import type { Statement } from "./statements.ts";
import type { TableNames } from "./table.ts";

/** The statement's name is not known to this connection, or taken: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const NO_STATEMENT = "26000";
const DUPLICATE_STATEMENT = "42P05";
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK = "40P01";

const CONNECT = "See that the server runs and that the pool's host, port and credentials are right.";
const CREATE =
  "Call `await store.ensureTable()` once before the first session, or run the SQL of `store.describeSchema()`.";
const AGAIN = "Nothing needs a restart here: the next call tries again.";

type Explanation = readonly [what: string, todo: string];

const EXPLAINED: Readonly<Record<string, Explanation>> = {
  "25006": [
    "the database takes no writes (a replica, or default_transaction_read_only is on); nothing was written",
    "Point the pool at the primary.",
  ],
  "25P02": ["the connection was in a transaction that had failed", "Give the store a pool, not one client."],
  "28P01": ["the password was refused", CONNECT],
  "28000": ["the server refused the login", CONNECT],
  "3D000": ["there is no such database", CONNECT],
  "40001": ["other transactions kept changing the same row; nothing was written", "See the cause."],
  "40P01": ["the statement was in a deadlock again and again; nothing was written", "See the cause."],
  "53100": ["the server's disk is full; nothing was written", "Free some space."],
  "53200": ["the server is out of memory", AGAIN],
  "53300": [
    "the server takes no more connections (max_connections)",
    "Make the pools smaller (`max`, times the number of processes), put PgBouncer in front, or raise max_connections.",
  ],
  "54000": ["the key or subject is too long for an index", "Keys of at most 1000 characters fit."],
  "55P03": ["another transaction holds the row or the table locked; nothing was written", "See the cause."],
  "57014": ["the statement was cancelled (statement_timeout, or by hand)", "See the cause."],
  "57P01": ["the connection was ended by an administrator or a shutdown", AGAIN],
  "57P02": ["the server crashed and is recovering", AGAIN],
  "57P03": ["the server is starting up or shutting down", AGAIN],
  ECONNREFUSED: ["nobody listens there", CONNECT],
  ENOTFOUND: ["its host's name is not known", CONNECT],
};

/** Whether naming the statement was what failed: nothing was executed, and it may be repeated without a name. */
export function isAboutName(error: unknown): boolean {
  return [NO_STATEMENT, DUPLICATE_STATEMENT].includes(codeOf(error));
}

/** Whether the statement was rolled back for no fault of its own, and may be repeated. */
export function isRepeatable(error: unknown): boolean {
  return [SERIALIZATION_FAILURE, DEADLOCK].includes(codeOf(error));
}

/** What to throw to the caller: in words, with the driver's own error as its cause, but for what the record holds. */
export function asStoreFailure(error: unknown, names: TableNames, { makesTables }: Statement): SessionError {
  if (error instanceof SessionError) return error;
  const [what, todo] = explain(error, names, makesTables === true);
  return new StoreUnavailableError(`postgres store ${names.given}: ${what}. ${todo}`, {
    cause: withoutValues(error),
  });
}

function explain(error: unknown, { given, schema }: TableNames, isMaking: boolean): Explanation {
  const code = codeOf(error);
  // undefined_table, invalid_schema_name, insufficient_privilege, undefined_column
  if (code === "42P01" || code === "3F000") {
    const what = `its tables are not there (${messageOf(error)})`;
    if (code === "42P01" || !isMaking) return [what, CREATE];
    if (schema !== undefined) return [what, `CREATE SCHEMA "${schema}" first: ensureTable() makes none.`];
    return [what, "Give `table` as schema.name, or the pool's user a search_path."];
  }
  if (code === "42501") {
    // Since Postgres 15 nobody but its owner may create in the schema "public".
    const make =
      "USAGE and CREATE on the schema; or run the SQL of `store.describeSchema()` as its owner, and GRANT it ";
    return [
      `the pool's user may not do that (${messageOf(error)})`,
      `GRANT it ${isMaking ? make : ""}USAGE on the schema, and SELECT, INSERT, UPDATE and DELETE on both tables.`,
    ];
  }
  if (code === "42703") {
    return [
      `the table "${given}" is not one that next-beaker made (${messageOf(error)})`,
      "Give `table` a name of its own.",
    ];
  }
  return EXPLAINED[code] ?? [messageOf(error), "See the cause."];
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "";
}

function messageOf(error: unknown): string {
  // Node tries each address of a host and gives an AggregateError without a message.
  const message = error instanceof Error ? error.message || codeOf(error) : String(error);
  return message.replace(/\.$/, "");
}
