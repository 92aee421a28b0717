/**
 * What clients say of a failure, without what they had sent: errors are logged, and sessions must not be. ioredis puts
 * the command with its arguments on its errors, and a save's argument is the whole record.
 */

/** Errors within errors that are kept. It ends what goes round in a circle, too. */
const DEEPEST = 3;

/** A copy that keeps what happened: message, stack, the command's name, Node's details, the errors within. */
export function withoutArguments(error: Error, depth = 0): Error {
  const copy = new Error();
  for (const name of ["name", ...Object.getOwnPropertyNames(error)]) {
    const value = keptOf(name, (error as unknown as Record<string, unknown>)[name], depth);
    const enumerable = Object.prototype.propertyIsEnumerable.call(error, name);
    if (value === undefined) continue;
    Object.defineProperty(copy, name, { value, enumerable, writable: true, configurable: true });
  }
  return copy;
}

function keptOf(name: string, value: unknown, depth: number): unknown {
  if (/^(name|message|stack|code|errno|syscall|address|port)$/.test(name)) {
    return typeof value === "string" ? unquoted(value) : value;
  }
  if (name === "command") return { name: (value as { name?: unknown } | undefined)?.name };
  if (depth === DEEPEST) return undefined;
  // `cause`, or as clients call it: lastNodeError, previousErrors, socketError; `errors` of an AggregateError.
  if (value instanceof Error) return withoutArguments(value, depth + 1);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((one) => (one instanceof Error ? withoutArguments(one, depth + 1) : []));
}

/** A server quotes the arguments of a command that it does not know, as far as they go into 128 bytes. */
export function unquoted(text: string): string {
  return text.replace(/, with args beginning with:.*/g, "");
}
