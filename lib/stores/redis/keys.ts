/** The names of Redis keys. All of one session hash to one slot of a cluster, by what stands in braces. */
export interface KeyNames {
  /** The session's record. */
  record(key: string): string;
  /** Its lock: in the record's slot, so that one script can reach both. */
  lock(key: string): string;
  /** The index of a subject's sessions. */
  subject(subject: string): string;
}

export function keyNames(prefix: string): KeyNames {
  return {
    record: (key) => `${prefix}{${braceless(key)}}`,
    lock: (key) => `${prefix}{${braceless(key)}}:lock`,
    subject: (subject) => `${prefix}subject:${braceless(subject)}`,
  };
}

/**
 * Redis takes what stands between the first `{` and the next `}` for the slot, and the whole key when that is empty.
 * The library's own keys are base64url, so this changes none of them.
 */
function braceless(key: string): string {
  if (key === "") return "%";
  return /[{}%]/.test(key) ? key.replace(/[{}%]/g, encodeURIComponent) : key;
}
