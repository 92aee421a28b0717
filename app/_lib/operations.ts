/** The six things to do with a session, in the order of how much they take away. */
export const OPERATIONS = [
  {
    name: "save",
    label: "Save",
    code: "session.save()",
    line: "Keeps what you typed, and moves the access time.",
  },
  {
    name: "saveAccessTime",
    label: "Save access time only",
    code: "session.save({ accessedOnly: true })",
    line: "Says “still here” and keeps no value of what you typed.",
  },
  {
    name: "revert",
    label: "Revert",
    code: "session.revert()",
    line: "Throws away what you typed: the data is again as this request first read it.",
  },
  {
    name: "regenerate",
    label: "Regenerate",
    code: "session.regenerate()",
    line: "The same data under a new id; the old id is dead. Keeps nothing of what you typed. Done at sign-in.",
  },
  {
    name: "invalidate",
    label: "Invalidate",
    code: "session.invalidate()",
    line: "Ends this session at once and holds an empty one under a new id, not yet saved.",
  },
  {
    name: "delete",
    label: "Delete",
    code: "session.delete()",
    line: "Ends this session at once and leaves nothing: no record, no cookie. Signing out.",
  },
] as const;

export type OperationName = (typeof OPERATIONS)[number]["name"];

export function isOperation(value: unknown): value is OperationName {
  return OPERATIONS.some(({ name }) => name === value);
}
