/** Tables for a terminal. */
import { type Goal, isMet, type Table } from "./part.ts";
import type { Result } from "./results.ts";

/** Three significant digits, and never an exponent. */
export function figure(cell: number | string | null): string {
  if (cell === null) return "";
  if (typeof cell === "string") return cell;
  if (!Number.isFinite(cell)) return "?";
  if (Number.isInteger(cell) || Math.abs(cell) >= 100) return Math.round(cell).toLocaleString("en-US");
  return cell.toPrecision(3);
}

/** One line a goal: what was asked, what was measured, whether that is met. */
export function goalLine(goal: Goal): string {
  const { what, bound, target, unit, measured } = goal;
  return `${isMet(goal) ? "met   " : "MISSED"} ${what}: ${figure(measured)} ${unit} (${bound} ${figure(target)})`;
}

export function printReport({ title, tables, goals }: Result): string {
  const lines = [`\n=== ${title} ===`];
  for (const table of tables) lines.push("", table.title, "", ...printTable(table));
  if (goals.length > 0) lines.push("", "Goals", "", ...goals.map(goalLine));
  return lines.join("\n");
}

function printTable({ columns, rows, note }: Table): string[] {
  const lines = [columns, ...rows.map(({ label, cells }) => [label, ...cells.map(figure)])];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const printed = lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join("  "),
  );
  return note ? [...printed, "", note] : printed;
}
