/** The four ways to count, in the order of the page. `code` is what each request does. */
export const LANES = [
  {
    name: "plain",
    title: "Read, add one, save",
    counts: "increments",
    code: "session.data.tally.n++;\nawait session.save();",
    why: "Each request adds one to the number that it read when it came in, and a save replaces what others have saved under that key meanwhile. The library sees it and reports a conflict, but it cannot know that the two numbers should have been added up.",
  },
  {
    name: "keys",
    title: "A key of its own for each",
    counts: "keys",
    code: "session.data[slotOf(number)] = true;\nawait session.save();",
    why: "A save writes only the top-level keys that its own request has changed, over what the store holds at that moment. Requests that change different keys have nothing to take from each other.",
  },
  {
    name: "update",
    title: "Add one with update()",
    counts: "increments",
    code: "await session.update((data) => {\n  data.tally.n++;\n});",
    why: "update() waits for the session’s lock, reads once more what is stored, and only then adds one. The requests stand in line for the moment that this takes, and none of them counts from an old number.",
  },
  {
    name: "cookie",
    title: "The same in a cookie session",
    counts: "increments",
    code: "session.data.tally.n++;\nawait session.save();",
    why: "Requests that leave together bring the same cookie, each answer sets a whole new one, and the browser keeps the one that comes last. There is no store where two of them could meet, so nobody notices, and no event tells of it.",
  },
] as const;

export type Lane = (typeof LANES)[number];
export type LaneName = Lane["name"];

export function isLane(value: unknown): value is LaneName {
  return LANES.some(({ name }) => name === value);
}

/** How many requests may be sent at once. */
export const FIELDS = [8, 24, 64] as const;
export const DEFAULT_FIELD = 24;

export function fieldOf(value: unknown): number {
  return FIELDS.find((field) => String(field) === String(value)) ?? DEFAULT_FIELD;
}

/** Milliseconds that each request spends on something else between reading and saving, as one that asks a database does. */
export const WORK = { least: 10, most: 30 };

/** Requests that leave together do not arrive in one instant. Those of the server itself arrive within so many milliseconds. */
export const SPREAD = 60;

/** Entrants of a heat that comes first and is not shown, or loading the code would look like the first lane's fault. */
export const WARM_UP = 6;
