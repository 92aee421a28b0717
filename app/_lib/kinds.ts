import { cookieSessions, storeSessions } from "../sessions";

export const KINDS = ["cookie", "store"] as const;
export type Kind = (typeof KINDS)[number];

export function isKind(value: unknown): value is Kind {
  return value === "cookie" || value === "store";
}

/** The instance behind a kind: from here on the two are used in exactly the same way. */
export function sessionsOf(kind: Kind) {
  return kind === "cookie" ? cookieSessions : storeSessions;
}
