import { compareCosts, type Interval, median } from "../measure/statistics.ts";
import { atLeast, type Goal, type Table } from "../report/part.ts";
import { figure } from "../report/print.ts";
import { type NextRow, ROWS, type Surface } from "./next-rows.ts";

/** Microseconds a request by path, one figure a round; and the median of the row's own work within them. */
export type Figures = ReadonlyMap<
  string,
  { readonly elapsed: number[]; readonly cpu: number[]; readonly inside: number }
>;

const SURFACES: Readonly<Record<Surface, string>> = { handler: "route handler", page: "component page" };

export function tablesOf(figures: Figures): Table[] {
  return (Object.keys(SURFACES) as Surface[]).map((surface) => ({
    title: `Whole request, ${SURFACES[surface]}, 500 bytes of JSON, 8 connections`,
    columns: [
      "row",
      "requests a second",
      "of bare",
      "of its minimum",
      "95 %",
      "CPU µs",
      "by CPU",
      "95 %",
      "inside µs",
    ],
    rows: ROWS.filter(({ path, surface: its }) => its === surface && figures.has(path)).map((row) =>
      rowOf(row, figures),
    ),
    note:
      "Of its minimum: throughput, with the interval in which that ratio lies with 95 % confidence. By CPU: the same " +
      "from the server's CPU time a request, which others on the machine disturb least. Inside: what the row's own work " +
      "takes of that, by the server's clock; what it waits for counts, what Next.js does before and after it does not.",
  }));
}

function rowOf({ path, label, minimum, surface }: NextRow, figures: Figures) {
  const { elapsed, cpu, inside } = figures.get(path)!;
  const byClock = minimum && throughput(figures, path, minimum, "elapsed");
  const byCpu = minimum && throughput(figures, path, minimum, "cpu");
  return {
    label,
    cells: [
      Math.round(1e6 / median(elapsed)),
      throughput(figures, path, `/${surface}/bare`, "elapsed").ratio,
      byClock ? byClock.ratio : null,
      byClock ? `${figure(byClock.low)}–${figure(byClock.high)}` : null,
      Math.round(median(cpu)),
      byCpu ? byCpu.ratio : null,
      byCpu ? `${figure(byCpu.low)}–${figure(byCpu.high)}` : null,
      inside,
    ],
  };
}

export function goalsOf(figures: Figures): Goal[] {
  const goals: Goal[] = [];
  for (const { path, label, minimum, surface } of ROWS) {
    if (minimum === undefined || !path.includes("ours") || !figures.has(path)) continue;
    const target = path.endsWith("-save") ? 0.95 : 0.97;
    goals.push(
      atLeast(
        `next-${path.slice(1).replace("/", "-")}`,
        `${SURFACES[surface]}, ${label}: throughput, of the minimum's`,
        target,
        throughput(figures, path, minimum, "elapsed").ratio,
      ),
    );
  }
  const [toSqlite, toCookie] = ["/handler/ours-sqlite-save", "/handler/ours-cookie-save"] as const;
  if (!figures.has(toSqlite) || !figures.has(toCookie)) return goals;
  goals.push(
    atLeast(
      "next-store-beats-cookie",
      "route handler: throughput of a save to SQLite, of a save to a cookie",
      1,
      throughput(figures, toSqlite, toCookie, "elapsed").ratio,
    ),
  );
  return goals;
}

function throughput(figures: Figures, path: string, other: string, by: "elapsed" | "cpu"): Interval {
  return compareCosts(figures.get(other)![by], figures.get(path)![by]);
}
