/** What docs/performance.svg shows. */
import { type Bar, draw, type Panel, type Role } from "./bars.ts";
import { figure } from "./print.ts";
import type { Result, Results } from "./results.ts";

/** The chart of these results, as far as they go. */
export function chartOf(results: Results): string {
  const panels: Panel[] = [];
  if (results["codec"]) panels.push(codecs(results["codec"]));
  if (results["next"]) panels.push(requests(results["next"]));
  if (results["stores"]) panels.push(stores(results["stores"]));
  return draw("Benchmark of next-beaker; the same figures are in the tables below the picture.", panels);
}

function codecs(result: Result): Panel {
  const rows = cellsOf(result, "Cookie codecs, 500 bytes of JSON", ["seal µs", "unseal µs", "encrypted"]);
  const bars = rows
    .filter(({ cells }) => cells[2] === "yes")
    .map(({ label, cells }) => bar(label, Number(cells[0]) + Number(cells[1]), " µs"));
  return {
    title: "Seal and open an encrypted cookie",
    subtitle: "500 bytes of JSON, median time, logarithmic: each step of the same length is the same factor",
    scale: "logarithmic",
    groups: [bars.sort((a, b) => a.value - b.value)],
  };
}

function requests(result: Result): Panel {
  const rows = cellsOf(result, "Whole request, route handler, 500 bytes of JSON, 8 connections", ["of bare"]);
  const bars = rows.map(({ label, cells }) => bar(label, Number(cells[0]), ""));
  const groups = ["cookie: read$", "cookie: read and save", "SQLite: read$", "SQLite: read and save"];
  return {
    title: "Whole requests to a Next.js route handler",
    subtitle: "throughput, of a handler without any session; longer is better",
    scale: "linear",
    groups: groups.map((group) => {
      const iron = group.startsWith("cookie") ? `|^iron-session 9: ${group.slice("cookie: ".length)}` : "";
      const wanted = new RegExp(`${group}${iron}`);
      return bars.filter(({ label }) => wanted.test(label));
    }),
  };
}

function stores(result: Result): Panel {
  const groups = ["Redis, Express", "Postgres, Express"].map((title) =>
    cellsOf(result, `Requests with a session in ${title}, 500 bytes of JSON`, ["64 at once, a second"])
      .filter(({ label }) => label !== "no session")
      .map(({ label, cells }) =>
        bar(
          label.startsWith("next-beaker") ? `${label}, ${title.split(",")[0]}` : label,
          Number(cells[0]),
          "",
        ),
      ),
  );
  return {
    title: "Sessions in Redis and Postgres",
    subtitle: "requests a second to one Express server, 64 at once; longer is better",
    scale: "linear",
    groups,
  };
}

function bar(label: string, value: number, unit: string): Bar {
  return { label, value, text: `${figure(value)}${unit}`, role: roleOf(label) };
}

function roleOf(label: string): Role {
  if (label.startsWith("next-beaker")) return "ours";
  return /^(?:floor|minimum|same promises)/.test(label) ? "floor" : "peer";
}

function cellsOf({ tables }: Result, title: string, columns: readonly string[]) {
  const table = tables.find((table) => table.title === title);
  if (!table) throw new Error(`The chart needs the table "${title}".`);
  const at = columns.map((column) => table.columns.indexOf(column) - 1);
  if (at.some((index) => index < 0)) throw new Error(`"${title}" lacks a column: ${columns.join(", ")}.`);
  return table.rows.map(({ label, cells }) => ({ label, cells: at.map((index) => cells[index] ?? null) }));
}
