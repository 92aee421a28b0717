import type { Kind } from "./kinds";

// A cookie that carries its session cannot be called back: whoever has a copy of it has the session.
const COPY = "a copy of the cookie made before stays good until its time is over";

/** The six things to do with a session, in the order of how much they take away. What the line promises depends on the kind. */
export const OPERATIONS = [
  {
    name: "save",
    label: "Save",
    code: "session.save()",
    line: both("Keeps what you typed, and moves the access time."),
  },
  {
    name: "saveAccessTime",
    label: "Save access time only",
    code: "session.save({ accessedOnly: true })",
    line: both("Says “still here” and keeps no value of what you typed."),
  },
  {
    name: "revert",
    label: "Revert",
    code: "session.revert()",
    line: both("Throws away what you typed: the data is again as this request first read it."),
  },
  {
    name: "regenerate",
    label: "Regenerate",
    code: "session.regenerate()",
    line: {
      store:
        "The same data under a new id; the old id is dead. Keeps nothing of what you typed. Done at sign-in.",
      cookie: `The same data under a new id, in a new cookie. Keeps nothing of what you typed. The old id is not dead: ${COPY}.`,
    },
  },
  {
    name: "invalidate",
    label: "Invalidate",
    code: "session.invalidate()",
    line: {
      store: "Ends this session at once and holds an empty one under a new id, not yet saved.",
      cookie: `Ends this session in this browser and holds an empty one under a new id, not yet saved. Elsewhere, ${COPY}.`,
    },
  },
  {
    name: "delete",
    label: "Delete",
    code: "session.delete()",
    line: {
      store: "Ends this session at once and leaves nothing: no record, no cookie. Signing out.",
      cookie: `Takes the cookie from this browser, and there was nothing else to delete. Elsewhere, ${COPY}.`,
    },
  },
] as const satisfies readonly Operation[];

interface Operation {
  readonly name: string;
  readonly label: string;
  readonly code: string;
  readonly line: Readonly<Record<Kind, string>>;
}

export type OperationName = (typeof OPERATIONS)[number]["name"];

export function isOperation(value: unknown): value is OperationName {
  return OPERATIONS.some(({ name }) => name === value);
}

function both(line: string): Record<Kind, string> {
  return { cookie: line, store: line };
}
