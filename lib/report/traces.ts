import type { Layout, Trace } from './charts';
import { plotText } from './html';

/** Points of a trace and what is said of each while it is pointed at. */
export interface Points {
  /** As text; it gets an entry in the key where several traces have a name. */
  name?: string;
  x: readonly unknown[];
  y: readonly unknown[];
  /** One for each point, in Plotly's markup: text from data goes through `plotText`. Without words nothing is said. */
  words?: readonly unknown[];
  /** What is said of a point, as Plotly's template (default: its words). */
  hover?: string;
  /** One for each point, as a data URI, shown while it is pointed at; empty for none. */
  pictures?: readonly string[];
}

/** What all traces have of their points. */
export const pointsOf = ({ name, x, y, words, hover = words && '%{customdata}', pictures }: Points) => ({
  ...(name === undefined ? {} : { name: plotText(name) }),
  ...{ x, y },
  ...(words ? { customdata: words } : {}),
  ...(pictures?.some(Boolean) ? { meta: { pictures } } : {}),
  ...(hover ? { hovertemplate: `${hover}<extra></extra>` } : { hoverinfo: 'skip' }),
});

/** Marks at points. */
export const marks = (points: Points, marker: Layout, more: Layout = {}): Trace => ({
  type: 'scatter',
  ...{ mode: 'markers', ...pointsOf(points), marker, ...more },
});

/** A line through points; `mode: 'lines+markers'` in `more` marks them. */
export const line = (points: Points, stroke: Layout, more: Layout = {}): Trace => ({
  type: 'scatter',
  ...{ mode: 'lines', ...pointsOf(points), line: { width: 2, ...stroke }, ...more },
});

type Ends = readonly [from: number, to: number];

/** A dashed line between two points, with words below its middle. */
export function referenceLine(x: Ends, y: Ends, words: string): Trace {
  const withMiddle = ([from, to]: Ends) => [from, (from + to) / 2, to];
  const text = { text: ['', `\u00a0<br>${plotText(words)}`, ''], textposition: 'bottom right' };
  const marker = { mode: 'lines+text', ...text, textfont: { color: '@muted', size: 12 } };
  return line({ x: withMiddle(x), y: withMiddle(y) }, { color: '@muted', width: 1.5, dash: 'dash' }, marker);
}

/** The area between two lines over the same places. */
export const band = (x: unknown[], low: unknown[], high: unknown[], color: string): Trace[] => [
  line({ x, y: low }, { width: 0, color }),
  line({ x, y: high }, { width: 0, color }, { fill: 'tonexty', fillcolor: `${color}/0.16` }),
];

/** Lines from points to the ends of their intervals, for `error_y`. */
export const reaches = (at: number[], low: number[], high: number[], more: Layout): Layout => ({
  ...{ type: 'data', symmetric: false, thickness: 1.5, width: 4 },
  array: high.map((end, i) => end - (at[i] ?? end)),
  arrayminus: low.map((end, i) => (at[i] ?? end) - end),
  ...more,
});

/** A dashed line across a chart at a value of one axis. */
export interface MarkLine {
  at: number;
  /** Stands beside it, as text. */
  words?: string;
  /** Where the words of a level line stand, from 0 at the left to 1 at the right (default). */
  along?: number;
  /** Puts the words of a level line below it. */
  below?: boolean;
  /** Where the words stand on the axis, if not `at`: on a logarithmic axis Plotly places words, unlike lines, by the logarithm. */
  wordsAt?: number;
  /** Of the axes of a chart with several panels: empty for the first, `2`, `3`, … */
  panel?: string;
}

/** Level lines at values of the vertical axis, or upright ones at values of the horizontal axis, for a layout. */
export const markLines = (kind: 'level' | 'upright', lines: readonly MarkLine[]) => ({
  shapes: lines.map(({ at, panel = '' }) => ({
    type: 'line',
    ...(kind === 'level'
      ? { xref: `x${panel} domain`, yref: `y${panel}`, x0: 0, x1: 1, y0: at, y1: at }
      : { xref: `x${panel}`, yref: `y${panel} domain`, x0: at, x1: at, y0: 0, y1: 1 }),
    line: { color: '@muted', width: 1.5, dash: 'dash' },
  })),
  annotations: lines
    .filter(({ words }) => words)
    .map(({ at, words = '', along = 1, below, wordsAt = at, panel = '' }) => ({
      ...(kind === 'level'
        ? { xref: `x${panel} domain`, yref: `y${panel}`, x: along, xanchor: along < 0.5 ? 'left' : 'right' }
        : { xref: `x${panel}`, yref: `y${panel} domain`, x: wordsAt, xanchor: 'right', xshift: -4 }),
      ...(kind === 'level' ? { y: wordsAt, yanchor: below ? 'top' : 'bottom' } : { y: 1, yanchor: 'top' }),
      showarrow: false,
      text: plotText(words),
      font: { color: '@muted', size: 12 },
    })),
});

/** Cells in rows from the top, `z: [y][x]`, the fuller the higher their value; `more` says what stands in them. */
export const matrix = (
  x: readonly string[],
  y: readonly string[],
  z: readonly (readonly number[])[],
  more: Layout,
): Trace => ({
  type: 'heatmap',
  ...{ x, y, z, showscale: false },
  colorscale: [
    [0, '@surface'], // opaque: Plotly chooses the colour of what stands in a cell by it
    [1, '@prediction'],
  ],
  ...more,
});
