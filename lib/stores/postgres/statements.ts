import type { TableNames } from "./table.ts";

/** One statement, and the name under which a connection may keep it prepared. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** Whether it is for `ensureTable()`: it may take as long as it likes, and fails in words of its own. */
  readonly makesTables?: boolean;
}

type StatementName =
  | "get"
  | "put"
  | "putAbsent"
  | "putPresent"
  | "putVersion"
  | "touch"
  | "delete"
  | "list"
  | "prune"
  | "takeLock"
  | "extendLock"
  | "dropLock";

/** The statements on one table, by what they do. */
export type Statements = Readonly<Record<StatementName, Statement>>;

const KEY = "decode($1::text, 'base64')";
const RECORD = "version, created_at, accessed_at, expires_at, encode(subject, 'base64') AS subject, value";

/**
 * Each is one round trip and a transaction of its own: the condition is part of the statement that writes, so there is
 * no read before it, nothing to race, and nothing that needs the same connection twice (PgBouncer in transaction mode).
 *
 * All give rows, also those that write: not every driver tells how many rows were changed, and not under one name.
 */
export function statementsOn({ sessions, locks }: TableNames): Statements {
  const insert = `INSERT INTO ${sessions} (key, version, created_at, accessed_at, expires_at, subject, value)
    VALUES (${KEY}, $2::bigint, $3::float8, $4::float8, $5::float8, decode($6::text, 'base64'), $7::text)`;
  const update = `UPDATE ${sessions} SET version = $2::bigint, created_at = $3::float8, accessed_at = $4::float8,
    expires_at = $5::float8, subject = decode($6::text, 'base64'), value = $7::text WHERE key = ${KEY}`;
  // The server's clock, which all who share the locks have in common. Not now(): that is when the transaction began.
  const leaseEnd = "clock_timestamp() + $3::float8 * interval '1 millisecond'";

  return named({
    get: `SELECT ${RECORD} FROM ${sessions} WHERE key = ${KEY}`,
    put: `${insert} ON CONFLICT (key) DO UPDATE SET version = excluded.version, created_at = excluded.created_at,
      accessed_at = excluded.accessed_at, expires_at = excluded.expires_at, subject = excluded.subject,
      value = excluded.value RETURNING 1`,
    putAbsent: `${insert} ON CONFLICT (key) DO NOTHING RETURNING 1`,
    putPresent: `${update} RETURNING 1`,
    putVersion: `${update} AND version = $8::bigint RETURNING 1`,
    touch: `UPDATE ${sessions} SET accessed_at = $2::float8, expires_at = $3::float8 WHERE key = ${KEY} RETURNING 1`,
    delete: `DELETE FROM ${sessions} WHERE key = ${KEY} RETURNING 1`,
    // s.key, because ORDER BY key would mean the text.
    list: `SELECT encode(key, 'base64') AS key, ${RECORD} FROM ${sessions} AS s
      WHERE subject = ${KEY} AND key > decode($2::text, 'base64') ORDER BY s.key LIMIT $3::int`,
    // Leases of holders that died are removed in passing. SKIP LOCKED: who is being saved is not dead, and several
    // who prune at once share the work. By the server's clock, too: whose own is fast takes nobody's sessions.
    prune: `WITH dead_locks AS (
        DELETE FROM ${locks} WHERE key = ANY (ARRAY (
          SELECT key FROM ${locks} WHERE expires_at < clock_timestamp() LIMIT $2::int FOR UPDATE SKIP LOCKED))
      ), dead AS MATERIALIZED (
        SELECT key FROM ${sessions} WHERE expires_at < least($1::float8, extract(epoch FROM now())::float8 * 1000)
        ORDER BY expires_at LIMIT $2::int FOR UPDATE SKIP LOCKED
      ) DELETE FROM ${sessions} AS s USING dead WHERE s.key = dead.key RETURNING 1`,
    // Fencing is in the same statement: whoever held the lease before and comes back late has an old version. Looking
    // first costs no write while somebody holds it, so that waiting processes do not hold each other up.
    takeLock: `WITH taken AS (
        INSERT INTO ${locks} AS held (key, owner, expires_at) SELECT ${KEY}, $2::text, ${leaseEnd}
        WHERE NOT EXISTS (SELECT FROM ${locks} WHERE key = ${KEY} AND expires_at >= clock_timestamp())
        ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
        WHERE held.expires_at < clock_timestamp() RETURNING 1
      ), fenced AS (
        UPDATE ${sessions} SET version = $4::bigint WHERE key = ${KEY} AND EXISTS (SELECT FROM taken)
      ) SELECT 1 FROM taken`,
    extendLock: `UPDATE ${locks} SET expires_at = ${leaseEnd} WHERE key = ${KEY} AND owner = $2::text RETURNING 1`,
    dropLock: `DELETE FROM ${locks} WHERE key = ${KEY} AND owner = $2::text RETURNING 1`,
  });
}

function named(texts: Readonly<Record<StatementName, string>>): Statements {
  const entries = Object.entries(texts).map(([name, text]) => [
    name,
    { name: `next_beaker_${name}_${fingerprint(text)}`, text },
  ]);
  return Object.fromEntries(entries) as Statements;
}

/**
 * The same name must mean the same statement on every connection, whichever release or table it was prepared for:
 * behind PgBouncer another process's statement may be found under it. FNV-1a, twice for 64 bits.
 */
function fingerprint(text: string): string {
  return [0x811c9dc5, 0x050c5d1f]
    .map((basis) => {
      let hash = basis;
      for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
      return (hash >>> 0).toString(16).padStart(8, "0");
    })
    .join("");
}
