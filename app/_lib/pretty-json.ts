/** JSON with two levels opened up and the rest on one line; any other text as it is. */
export function prettyJson(text: string): string {
  try {
    return layOut(JSON.parse(text), 2, "");
  } catch {
    return text;
  }
}

function layOut(value: unknown, levels: number, indent: string): string {
  if (levels === 0 || typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const entries = Object.entries(value).map(([key, item]) => {
    const laidOut = layOut(item, levels - 1, inner);
    return Array.isArray(value) ? inner + laidOut : `${inner}${JSON.stringify(key)}: ${laidOut}`;
  });
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return entries.length === 0 ? `${open}${close}` : `${open}\n${entries.join(",\n")}\n${indent}${close}`;
}
