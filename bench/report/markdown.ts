/** The sections of the documentation that the bench writes. */
import { type Goal, isMet, type Table } from "./part.ts";
import { figure } from "./print.ts";
import { REASONS } from "./reasons.ts";
import type { Result, Results } from "./results.ts";

const BEGIN = "<!-- npm run bench -- --write-docs: begin -->";
const END = "<!-- npm run bench -- --write-docs: end -->";

/** docs/performance.md with its section written anew: all goals, and the tables that have no page of their own. */
export function withResults(document: string, results: Results): string {
  return withSection(document, section(results));
}

/** A page of single parts with its section written anew: their tables. */
export function withTables(document: string, page: Result["page"], results: Results): string {
  const own = Object.entries(results).filter(([, result]) => result.page === page);
  const tables = own.flatMap(([, { tables }]) => tables.flatMap(markdownTable));
  return withSection(document, [...runs(Object.fromEntries(own)), "", ...tables].join("\n"));
}

function withSection(document: string, section: string): string {
  const [before, after] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (before < 0 || after < before) throw new Error("The document has no section for the bench to write.");
  return `${document.slice(0, before + BEGIN.length)}\n\n${section}\n${document.slice(after)}`;
}

function section(results: Results): string {
  const lines = ["## Goals", "", ...runs(results), ""];
  const goals = Object.values(results).flatMap(({ goals }) => goals);
  const met = goals.filter(isMet).length;
  lines.push(`${met} of ${goals.length} are met.`, "");
  for (const { title, goals } of Object.values(results)) {
    if (goals.length > 0) lines.push(`### ${title}`, "", ...goalTable(goals), "", ...misses(goals));
  }
  lines.push("## Figures", "");
  for (const { page, tables } of Object.values(results)) {
    if (page === undefined) lines.push(...tables.flatMap(markdownTable));
  }
  return lines.join("\n");
}

/** When and where, once for all parts that share it. */
function runs(results: Results): string[] {
  const parts = new Map<string, string[]>();
  for (const [name, { date, machine }] of Object.entries(results)) {
    const run = `${date}, ${machine}`;
    parts.set(run, [...(parts.get(run) ?? []), `\`${name}\``]);
  }
  if (parts.size === 1) return [`Measured on ${[...parts.keys()][0]}.`];
  return [...parts].map(([run, names]) => `- ${names.join(", ")}: measured on ${run}.`);
}

function goalTable(goals: readonly Goal[]): string[] {
  return [
    "| goal | asked | measured | |",
    "|---|---:|---:|---|",
    ...goals.map((goal) => {
      const { what, bound, target, unit, measured } = goal;
      const asked = `${bound} ${figure(target)} ${unit}`;
      return `| ${what} | ${asked} | ${figure(measured)} ${unit} | ${isMet(goal) ? "met" : "**missed**"} |`;
    }),
  ];
}

function misses(goals: readonly Goal[]): string[] {
  const missed = goals.filter((goal) => !isMet(goal));
  if (missed.length === 0) return [];
  const lines = missed.map(({ id, what }) => `- ${what}. ${REASONS[id] ?? "Not explained yet."}`);
  return ["Missed:", "", ...lines, ""];
}

function markdownTable({ title, columns, rows, note }: Table): string[] {
  const lines = [`### ${title}`, "", `| ${columns.join(" | ")} |`];
  lines.push(`|---|${"---:|".repeat(columns.length - 1)}`);
  for (const { label, cells } of rows) {
    const name = label.startsWith("next-beaker") ? `**${label}**` : label;
    lines.push(`| ${[name, ...cells.map(figure)].join(" | ")} |`);
  }
  lines.push("");
  if (note) lines.push(note, "");
  return lines;
}
