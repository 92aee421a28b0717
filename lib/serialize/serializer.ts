/**
 * Turns session data into text and back. Both directions are synchronous.
 *
 * @example
 * const { serialize, parse } = resolveSerializer("rich");
 * parse(serialize({ since: new Date(0) })); // { since: Date 1970-01-01T00:00:00.000Z }
 */
export interface Serializer {
  /**
   * Writes `data` as text.
   *
   * @throws {SerializationError} naming the path of the first value that cannot be kept, for instance
   * `data.user.avatar is a function`.
   */
  serialize(data: Record<string, unknown>): string;

  /**
   * Reads what {@link Serializer.serialize} wrote.
   *
   * @throws {Error} when the text is anything else; the caller treats it as corrupt.
   */
  parse(text: string): Record<string, unknown>;
}

/** The `serializer` option: a built-in one by name, or your own pair of functions. */
export type SerializerOption = "rich" | "json" | Serializer;
