import { sha256 } from '../core/files';
import { displayHtml } from './display';
import { escapeHtml, inlineHtml, scriptJson } from './html';
import { tableHtml } from './tables';

/** A trace of Plotly, as its reference names the attributes (its own types are 1.8 MB, which the kernel would read anew with every notebook). A colour is a name of the palette, with or without opacity: `@training`, `@test/0.3`. */
export interface Trace {
  type: 'scatter' | 'bar' | 'box' | 'heatmap' | 'histogram';
  [attribute: string]: unknown;
}

/** Plotly's layout: whatever the common one (fonts, colours, grid, legend, margins) leaves open. */
export type Layout = Record<string, unknown>;

/** A chart with the words that stand for it. */
export interface Chart {
  /** One line above the chart; `**bold**` allowed. */
  title: string;
  /** What the chart shows, in sentences with figures: for a screen reader, on paper without pictures, and wherever nothing is drawn. */
  alt: string;
  /** Two or more with a `name` (put through `plotText`) get a key above the chart, but those with `showlegend: false`. */
  traces: readonly Trace[];
  layout?: Layout;
  /** Merged over `layout` where the chart is less than 560 px wide. */
  narrow?: Layout;
  /** Height in px (default 380), and on a narrow page (default the same). */
  height?: number;
  narrowHeight?: number;
  /** The figures behind the chart, shown on demand, and what its CSV file holds. */
  table?: { columns: readonly string[]; rows: readonly (readonly (string | number | null)[])[] };
}

/** The palette's colours for series, in their order. */
export const seriesColour = (index: number): string => `@c${(index % 6) + 1}`;

let shown = 0;

/** An id for every chart shown: its content, as JupyterLab holds several notebooks in one page, and a count, as a notebook may show a chart twice. */
const nextId = (chart: Chart): string => `chart-${sha256(JSON.stringify(chart)).slice(0, 12)}-${++shown}`;

/** The HTML of a chart: its words, an element that `charts.js` draws into, and the figures on demand. */
export function chartHtml(chart: Chart, id = nextId(chart)): string {
  const { title, alt, traces, layout = {}, narrow = {}, height = 380, table } = chart;
  const { narrowHeight = height } = chart;
  const figure = { id, traces: traces.map(shortNumbers), layout, narrow, height, narrowHeight };
  return (
    `<figure class="rp rp-chart"><figcaption>${inlineHtml(title)}</figcaption>${keyHtml(traces)}` +
    `<div id="${id}" class="rp-plot" role="img" aria-label="${escapeHtml(alt)}" style="--rp-height:${height}px">` +
    `<p class="rp-undrawn">${escapeHtml(alt)}</p></div>` +
    `<details><summary>In words${table ? ' and figures' : ''}</summary><p>${inlineHtml(alt)}</p>${table ? chartTable(title, table) : ''}</details>` +
    `<script>(window.reportCharts ??= []).push(${scriptJson(figure)});</script></figure>`
  );
}

/** Draws a chart, in the notebook and in the page made of it. Needs `startCharts` once in the notebook. */
export function chart(spec: Chart): void {
  displayHtml(chartHtml(spec), `[${spec.title.replaceAll('**', '')}] ${spec.alt.replaceAll('**', '')}`);
}

/** The key of a chart with several named series, as a list. A trace with `showlegend: false` has no entry. */
function keyHtml(traces: readonly Trace[]): string {
  const named = traces.filter(({ name, showlegend }) => typeof name === 'string' && showlegend !== false);
  if (named.length < 2) return '';
  const items = named.map(({ name, mode, line, marker }) => {
    const { color } = ((String(mode).startsWith('lines') ? line : marker) ?? {}) as { color?: unknown };
    const token = /^@([a-z0-9-]+)/.exec(String(color))?.[1] ?? 'muted';
    // Plotly reads names as markup, so they come escaped already.
    return `<li><span class="rp-swatch" style="background:var(--rp-${token})"></span>${name}</li>`;
  });
  return `<ul class="rp-key" aria-label="Key">${items.join('')}</ul>`;
}

function chartTable(title: string, { columns, rows }: NonNullable<Chart['table']>): string {
  const records = rows.map((row) => Object.fromEntries(row.map((value, i) => [String(i), value])));
  const headings = Object.fromEntries(columns.map((label, i) => [String(i), label]));
  return tableHtml(records, headings, { caption: title, limit: rows.length });
}

/** Numbers of a trace with 6 significant digits: finer than a pixel, and half the size of the page. */
function shortNumbers(trace: Trace): Trace {
  const short = (value: unknown): unknown => {
    if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(6));
    if (Array.isArray(value)) return value.map(short);
    return value;
  };
  return {
    ...trace,
    ...Object.fromEntries(Object.entries(trace).map(([name, value]) => [name, short(value)])),
  };
}
