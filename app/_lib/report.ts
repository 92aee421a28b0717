import { bytes, short } from "./format";
import type { Printed, RecordSight, Sight } from "./look";
import type { OperationName } from "./operations";

/** What an operation did, worked out from two looks: one before, one after. Nothing in it is known beforehand. */
export interface Report {
  readonly operation: OperationName;
  readonly at: number;
  /** The library refused: its code and its sentence. */
  readonly refused: { readonly code: string; readonly message: string } | null;
  /** The session that the form was shown with had ended before this came in: it was done to a new one. */
  readonly wasOver: boolean;
  /** The id of the session that the visitor is left with; null if none is kept. */
  readonly keptId: string | null;
  /** Null where nothing can be looked at, because the store does not answer. */
  readonly found: Found | null;
}

export interface Found {
  readonly data: Finding & { readonly rows: readonly DataRow[] };
  readonly store: Finding;
  readonly cookie: Finding;
}

export interface Finding {
  readonly tone: "same" | "made" | "changed" | "gone";
  readonly text: string;
}

/** One key of the data at three moments; null where it has no value. */
export interface DataRow {
  readonly key: string;
  readonly was: string | null;
  readonly now: string | null;
  readonly next: string | null;
}

export function findInData(before: Sight, typed: Printed, after: Sight): Found["data"] {
  const keys = [...new Set([before.data, typed, after.data, after.next].flatMap(Object.keys))];
  const changes = keys.map((key) => ({
    key,
    was: before.data[key] ?? null,
    typed: typed[key] ?? null,
    now: after.data[key] ?? null,
    next: after.next[key] ?? null,
  }));
  const names = (rows: readonly { key: string }[]) => rows.map((row) => row.key).join(", ");
  const changed = changes.filter((row) => row.now !== row.was);
  const unsaved = changes.filter((row) => row.now !== row.next);
  const dropped = changes.filter((row) => row.typed !== row.was && row.now === row.was);
  const rows = changes
    .filter((row) => new Set([row.was, row.typed, row.now, row.next]).size > 1)
    .map(({ key, was, now, next }) => ({ key, was, now, next }));

  if (Object.keys(after.data).length === 0 && Object.keys(before.data).length > 0)
    return { tone: "gone", text: `emptied: ${names(changed)}`, rows };
  if (unsaved.length > 0)
    return { tone: "changed", text: `in this request only, not kept: ${names(unsaved)}`, rows };
  if (changed.length > 0) return { tone: "changed", text: `changed, and kept: ${names(changed)}`, rows };
  if (dropped.length > 0)
    return { tone: "same", text: `as it was; typed and thrown away: ${names(dropped)}`, rows };
  return { tone: "same", text: "as it was", rows };
}

export function findInStore(before: Sight, after: Sight): Finding {
  const findings = [...after.records].flatMap(([id, now]) => compareRecords(id, before.records.get(id), now));
  const [first] = findings;
  if (!first) return { tone: "same", text: "no record, before or after" };
  return {
    tone: findings.length > 1 ? "changed" : first.tone,
    text: findings.map((finding) => finding.text).join("; "),
  };
}

function compareRecords(id: string, was: RecordSight | undefined, now: RecordSight | undefined): Finding[] {
  const record = `record ${short(id)}`;
  if (!was && !now) return [];
  if (!was && now) return [{ tone: "made", text: `${record} made, ${bytes(now.bytes)}` }];
  if (was && !now) return [{ tone: "gone", text: `${record} removed` }];
  if (!was || !now) return [];
  if (was.alive && !now.alive)
    return [
      { tone: "gone", text: `${record} opens nothing any more; ${bytes(now.bytes)} say that it ended` },
    ];
  const moved = (now.accessedAt - was.accessedAt) / 1000;
  const clock = moved === 0 ? "access time as it was" : `access time moved by ${moved.toFixed(1)} s`;
  if (was.version !== now.version)
    return [{ tone: "changed", text: `${record} rewritten, ${was.bytes} → ${bytes(now.bytes)}, ${clock}` }];
  return [{ tone: moved === 0 ? "same" : "changed", text: `${record} keeps its value, ${clock}` }];
}

/** `copyOpens`: whether the cookie of before, copied, would still open its session; undefined where it is none of before. */
export function findInCookie(
  { cookie: was }: Sight,
  { cookie: now }: Sight,
  copyOpens: boolean | undefined,
): Finding {
  if (!was && !now) return { tone: "same", text: "none, before or after" };
  if (!was && now) return { tone: "made", text: `set for the first time, ${bytes(now.bytes)}` };
  if (!was || (now && was.fingerprint === now.fingerprint)) return { tone: "same", text: "not sent again" };
  const copy = copyOpens === undefined ? "" : `; a copy of ${was.fingerprint} ${fate(copyOpens)}`;
  if (!now) return { tone: "gone", text: `expired (${was.fingerprint} is dropped by the browser)${copy}` };
  const sizes = was.bytes === now.bytes ? bytes(now.bytes) : `${was.bytes} → ${bytes(now.bytes)}`;
  return { tone: "changed", text: `set anew, ${was.fingerprint} → ${now.fingerprint}, ${sizes}${copy}` };
}

function fate(opens: boolean): string {
  return opens ? "still opens the session as it was, until its time is over" : "opens nothing any more";
}
