/** JSON that loses nothing: no date that becomes a string, no map that becomes `{}`, no item that becomes `null`. */
export function textOf(data: object): string {
  mustBePlain(data);
  return JSON.stringify(data);
}

function mustBePlain(value: unknown): void {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return;
  if (Number.isFinite(value) && !Object.is(value, -0)) return;
  if (Array.isArray(value)) {
    for (const item of value) mustBePlain(item);
    return;
  }
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) {
    throw new TypeError("JSON does not keep this.");
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw new TypeError("JSON does not keep symbols.");
  for (const key in value) mustBePlain((value as Record<string, unknown>)[key]);
}
