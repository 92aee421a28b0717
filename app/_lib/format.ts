/** `14 min 32 s`: two units at most, because nobody reads three. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes > 0) return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`;
  return `${rest} s`;
}

/** `20:31:07.250 UTC`: server and browser agree on it, so it may be rendered on both. */
export function clockTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(11, 23)} UTC`;
}

/** The first characters of a long identifier; a title or a table has the rest. */
export function short(id: string): string {
  return id.length > 10 ? `${id.slice(0, 8)}…` : id;
}

/** `0.42 ms`: two digits that count. */
export function roundTrip(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(2) : Math.round(milliseconds)} ms`;
}

export function bytes(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "byte" : "bytes"}`;
}
