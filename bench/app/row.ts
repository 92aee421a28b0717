/** What a request does, by name; gives the session's counter. */
export type Rows = Readonly<Record<string, () => Promise<number>>>;
