/** What the next part measures: the same work in a route handler and in a component page. */

export interface NextRow {
  readonly path: string;
  readonly label: string;
  /** Whose cookie is sent along. Those that look at none get the minimum's, which Next parses all the same. */
  readonly seed: string;
  /** The row that it is held against, where it has one. */
  readonly minimum: string | undefined;
  readonly surface: Surface;
}

export type Surface = "handler" | "page";

export const SEEDS = [
  "minimum-cookie",
  "minimum-sqlite",
  "guarded-cookie",
  "guarded-sqlite",
  "ours-cookie",
  "ours-sqlite",
  "iron",
] as const;

type Entry = [name: string, label: string, seed: (typeof SEEDS)[number], minimum?: string];

const NEXT: Entry[] = [
  ["bare", "bare", "minimum-cookie"],
  ["cookies", "await cookies() only", "minimum-cookie"],
];
const SET: Entry = ["set", "cookies().set of a constant", "minimum-cookie"];

const READ_COOKIE: Entry[] = [
  ["minimum-cookie-read", "minimum, cookie: read", "minimum-cookie"],
  ["ours-cookie-read", "next-beaker, cookie: read", "ours-cookie", "minimum-cookie-read"],
  ["iron-read", "iron-session 9: read", "iron", "minimum-cookie-read"],
];
const SAVE_COOKIE: Entry[] = [
  ["minimum-cookie-save", "minimum, cookie: read and save", "minimum-cookie"],
  ["ours-cookie-save", "next-beaker, cookie: read and save", "ours-cookie", "minimum-cookie-save"],
  ["iron-save", "iron-session 9: read and save", "iron", "minimum-cookie-save"],
];
const READ_SQLITE: Entry[] = [
  ["minimum-sqlite-read", "minimum, SQLite: read", "minimum-sqlite"],
  ["ours-sqlite-read", "next-beaker, SQLite: read", "ours-sqlite", "minimum-sqlite-read"],
];
const SAVE_SQLITE: Entry[] = [
  ["minimum-sqlite-save", "minimum, SQLite: read and save", "minimum-sqlite"],
  ["ours-sqlite-save", "next-beaker, SQLite: read and save", "ours-sqlite", "minimum-sqlite-save"],
];

/** What is compared runs side by side. */
export const GROUPS: readonly (readonly NextRow[])[] = [
  group("handler", [...NEXT, SET]),
  group("handler", withFloor(READ_COOKIE, "cookie", "read")),
  group("handler", withFloor(SAVE_COOKIE, "cookie", "save")),
  group("handler", withFloor(READ_SQLITE, "sqlite", "read")),
  group("handler", withFloor(SAVE_SQLITE, "sqlite", "save")),
  // A component cannot set a cookie: what does is missing here.
  group("page", NEXT),
  group("page", withFloor(READ_COOKIE, "cookie", "read")),
  group("page", withFloor(READ_SQLITE, "sqlite", "read")),
  group("page", withFloor(SAVE_SQLITE, "sqlite", "save")),
];

export const ROWS: readonly NextRow[] = GROUPS.flat();

/** Beside the minimum, what the promises of a session cost whoever makes them. */
function withFloor(entries: readonly Entry[], kind: "cookie" | "sqlite", does: "read" | "save"): Entry[] {
  const what = `${kind === "cookie" ? "cookie" : "SQLite"}: ${does === "save" ? "read and save" : does}`;
  const floor: Entry = [
    `guarded-${kind}-${does}`,
    `same promises by hand, ${what}`,
    `guarded-${kind}`,
    `minimum-${kind}-${does}`,
  ];
  return entries.toSpliced(1, 0, floor);
}

function group(surface: Surface, entries: readonly Entry[]): NextRow[] {
  return entries.map(([name, label, seed, minimum]) => ({
    path: `/${surface}/${name}`,
    label,
    seed,
    minimum: minimum && `/${surface}/${minimum}`,
    surface,
  }));
}
