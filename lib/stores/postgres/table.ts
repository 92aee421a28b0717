import { ConfigError } from "../../errors.ts";

/** The names in the database, quoted and ready for SQL. */
export interface TableNames {
  /** As the user wrote it, for messages. */
  readonly given: string;
  readonly schema: string | undefined;
  readonly sessions: string;
  readonly locks: string;
  readonly subjectIndex: string;
  readonly expiryIndex: string;
}

/** Names longer than 63 bytes are cut by Postgres, and the longest suffix takes 15 of them. */
const LONGEST = 48;
// No quotes, dots or dollars: such a name needs no escaping wherever it stands, a DO block's body included.
const PLAIN = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/**
 * The names of what belongs to `table`, which is a name or `schema.name`, taken as it is written (`Sessions` is not
 * `sessions`).
 *
 * @throws {ConfigError}
 */
export function tableNames(table: unknown): TableNames {
  const parts = typeof table === "string" ? table.split(".") : [];
  const name = parts.at(-1) ?? "";
  if (parts.length < 1 || parts.length > 2 || !parts.every(isName)) {
    throw new ConfigError(
      "table",
      "postgresStore({ table }) must be a table's name or schema.name: letters, digits, _ and -, beginning with a " +
        `letter or _, at most ${LONGEST} bytes each. It is taken as written, without further quotes.`,
    );
  }
  const prefix = parts.length === 2 ? `"${parts[0]}".` : "";
  return {
    given: String(table),
    schema: parts.length === 2 ? parts[0] : undefined,
    sessions: `${prefix}"${name}"`,
    locks: `${prefix}"${name}_locks"`,
    // An index lies in the schema of its table, and is named without it.
    subjectIndex: `"${name}_subject_idx"`,
    expiryIndex: `"${name}_expires_idx"`,
  };
}

function isName(part: string): boolean {
  return PLAIN.test(part) && new TextEncoder().encode(part).length <= LONGEST;
}
