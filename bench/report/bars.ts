/** Bars as SVG. Colours and sizes are here and nowhere else. */

/** Ours, what nobody can beat, and everybody else. */
export type Role = "ours" | "floor" | "peer";

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** As printed at its end. */
  readonly text: string;
  readonly role: Role;
}

export interface Panel {
  readonly title: string;
  /** What the lengths mean, and which way is better. */
  readonly subtitle: string;
  readonly scale: "linear" | "logarithmic";
  /** An empty line between groups. */
  readonly groups: readonly (readonly Bar[])[];
}

export const WIDTH = 840;
const MARGIN = 28;
const LABELS = 336;
const VALUES = 76;
const BAR = 14;
const STEP = 24;
const GAP = 12;

// A card of its own, because the page behind it may be of any colour whatever the reader's system prefers.
const STYLE = `
  .card { fill: #fcfcfb; stroke: #dddcd6; }
  .title { fill: #1b1b19; font-size: 16px; font-weight: 650; }
  .subtitle, .label { fill: #55544f; font-size: 12.5px; }
  .value { fill: #1b1b19; font-size: 12.5px; font-variant-numeric: tabular-nums; }
  .strong { fill: #1b1b19; font-weight: 650; }
  .base { stroke: #c9c8c1; }
  .ours { fill: #2563c9; }
  .floor { fill: #77766f; }
  .peer { fill: #c3c2ba; }
  @media (prefers-color-scheme: dark) {
    .card { fill: #191918; stroke: #3a3a37; }
    .title, .value, .strong { fill: #f2f1ec; }
    .subtitle, .label { fill: #b9b8b0; }
    .strong { fill: #f2f1ec; }
    .base { stroke: #4b4a46; }
    .ours { fill: #5b97f2; }
    .floor { fill: #a3a29a; }
    .peer { fill: #5a5954; }
  }
  text { font-family: ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif; }
`;

/** One picture of several panels, each under the other. */
export function draw(description: string, panels: readonly Panel[]): string {
  const parts: string[] = [];
  let y = MARGIN;
  for (const panel of panels) {
    const { svg, height } = drawPanel(panel, y);
    parts.push(svg);
    y += height + MARGIN;
  }
  y += legendHeight;
  parts.push(legend(y - MARGIN));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-labelledby="what">
<title id="what">${escaped(description)}</title>
<style>${STYLE}</style>
<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${y - 1}" rx="12"/>
${parts.join("\n")}
</svg>
`;
}

function drawPanel({ title, subtitle, scale, groups }: Panel, top: number): { svg: string; height: number } {
  const most = Math.max(...groups.flat().map(({ value }) => value));
  const least = Math.min(...groups.flat().map(({ value }) => value));
  const room = WIDTH - 2 * MARGIN - LABELS - VALUES;
  // On a logarithmic scale the shortest bar is a tenth of a decade, so that it is still a bar.
  const start = least / 10 ** 0.1;
  const length = (value: number) =>
    scale === "linear" ? value / most : Math.log(value / start) / Math.log(most / start);
  const x = MARGIN + LABELS;
  const parts = [text(MARGIN, top + 14, "title", title), text(MARGIN, top + 33, "subtitle", subtitle)];
  const first = top + 48;
  let y = first;
  for (const group of groups) {
    for (const { label, value, text: printed, role } of group) {
      const width = Math.max(2, length(value) * room);
      const strong = role === "ours" ? " strong" : "";
      parts.push(
        text(x - 12, y + 11.5, `label${strong}`, label, "end"),
        `<path class="${role}" d="${roundedBar(x, y, width)}"/>`,
        text(x + width + 8, y + 11.5, `value${strong}`, printed),
      );
      y += STEP;
    }
    y += GAP;
  }
  const end = y - GAP - (STEP - BAR) + 4;
  parts.push(`<line class="base" x1="${x - 0.5}" x2="${x - 0.5}" y1="${first - 4}" y2="${round(end)}"/>`);
  return { svg: parts.join("\n"), height: end - top };
}

/** Square at the base line, round at the end that carries the value. */
function roundedBar(x: number, y: number, width: number): string {
  const radius = Math.min(4, width);
  const right = round(x + width);
  const turn = `a${radius},${radius} 0 0 1`;
  return `M${x},${y}H${round(right - radius)}${turn} ${radius},${radius}V${y + BAR - radius}${turn} -${radius},${radius}H${x}Z`;
}

const legendHeight = 22;
const LEGEND: readonly [Role, string][] = [
  ["ours", "next-beaker"],
  ["floor", "the least that it can cost, written by hand"],
  ["peer", "other libraries"],
];

function legend(y: number): string {
  let x = MARGIN;
  return LEGEND.map(([role, name]) => {
    const entry = `<rect class="${role}" x="${x}" y="${y - 4}" width="11" height="11" rx="3"/>${text(x + 18, y + 6, "subtitle", name)}`;
    x += 18 + name.length * 6.4 + 24;
    return entry;
  }).join("\n");
}

function text(x: number, y: number, style: string, content: string, anchor = "start"): string {
  const at = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text class="${style}" x="${round(x)}" y="${round(y)}"${at}>${escaped(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
