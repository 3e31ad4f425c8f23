import { type Chart, type Layout, seriesColour, type Trace } from '../../../report/charts';
import { formatCount } from '../../../report/format';
import { plotText } from '../../../report/html';
import { formatEuros } from '../units';
import { extent, levelLine, priceAxis } from './priceAxis';

/** A point of an error curve: the mean absolute error at a number of pictures or games, in EUR cents, with an interval if known. */
export interface ErrorPoint {
  count: number;
  error: number;
  low?: number;
  high?: number;
}

/** One curve; with a name where there are several. */
export interface ErrorCurve {
  name?: string;
  points: readonly ErrorPoint[];
}

/** An error that does not depend on the number, such as that of the median price, as a dashed line; in EUR cents. */
export interface ReferenceError {
  label: string;
  error: number;
}

export interface ErrorCurvesOptions {
  title: string;
  /** What is counted, such as `picture`, singular and plural. */
  counted: readonly [one: string, several: string];
  /** Title of the horizontal axis. */
  axis: string;
  /** Numbers that double from point to point stand equally far apart. */
  logarithmic?: boolean;
}

/** Mean absolute errors over a number of pictures or games: a line for each curve, its interval as a band if every point has one. */
export function errorCurves(
  curves: readonly ErrorCurve[],
  references: readonly ReferenceError[],
  { title, counted, axis, logarithmic = false }: ErrorCurvesOptions,
): Chart {
  const points = curves.flatMap((curve) => curve.points);
  const errors = [
    ...points.flatMap(({ error, low, high }) => [error, low ?? error, high ?? error]),
    ...references.map(({ error }) => error),
  ];
  const { low, high } = extent(errors);
  const floor = Math.max(0, low - 0.6 * (high - low));
  const counts = [...new Set(points.map(({ count }) => count))].sort((a, b) => a - b);
  return {
    title,
    alt: [
      ...curves.map((curve) => curveWords(curve, counted)),
      ...references.map(({ label, error }) => `${label}: ${formatEuros(error)}.`),
    ].join(' '),
    traces: curves.flatMap((curve, i) => [...band(curve, seriesColour(i)), line(curve, i, counted[1])]),
    layout: {
      xaxis: {
        title: { text: axis },
        ...(logarithmic
          ? { type: 'log', tickvals: counts, ticktext: counts.map(formatCount) }
          : { tickformat: 'd', tick0: 0, dtick: Math.max(1, Math.ceil((counts.at(-1) ?? 1) / 12)) }),
      },
      yaxis: {
        ...priceAxis('Mean absolute error', high, floor),
        range: [floor, high + 0.08 * (high - floor)],
      },
      shapes: references.map(({ error }) => levelLine(error)),
      annotations: references.map(referenceLabel),
    },
    table: {
      columns: [...(curves.length > 1 ? ['Curve'] : []), axis, 'Mean absolute error', 'From', 'To'],
      rows: curves.flatMap(({ name = '', points }) =>
        points.map((point) => [
          ...(curves.length > 1 ? [name] : []),
          point.count,
          formatEuros(point.error),
          formatEuros(point.low),
          formatEuros(point.high),
        ]),
      ),
    },
  };
}

function curveWords({ name, points }: ErrorCurve, [one, several]: readonly [string, string]): string {
  const first = points[0];
  const last = points.at(-1);
  const unit = first?.count === 1 ? one : several;
  return (
    `${name ? `${name}: the` : 'The'} mean absolute error goes from ${formatEuros(first?.error)} with ${formatCount(first?.count)} ${unit} ` +
    `to ${formatEuros(last?.error)} with ${formatCount(last?.count)}.`
  );
}

function line({ name, points }: ErrorCurve, index: number, several: string): Trace {
  const colour = seriesColour(index);
  const prefix = name === undefined ? '' : `${plotText(name)}, `;
  return {
    type: 'scatter',
    mode: 'lines+markers',
    ...(name === undefined ? {} : { name: plotText(name) }),
    x: points.map(({ count }) => count),
    y: points.map(({ error }) => error),
    customdata: points.map(({ error }) => formatEuros(error)),
    hovertemplate: `${prefix}%{x:,} ${several}: %{customdata}<extra></extra>`,
    line: { color: colour, width: 2 },
    marker: { color: colour, size: 6 },
  };
}

/** The interval of a curve as two lines without width and the area between; nothing unless every point has one. */
function band({ points }: ErrorCurve, colour: string): Trace[] {
  if (!points.every(({ low, high }) => low !== undefined && high !== undefined)) return [];
  const edge = (y: unknown[], filled: Layout): Trace => ({
    type: 'scatter',
    mode: 'lines',
    x: points.map(({ count }) => count),
    y,
    line: { width: 0, color: colour },
    hoverinfo: 'skip',
    ...filled,
  });
  return [
    edge(
      points.map(({ low }) => low),
      {},
    ),
    edge(
      points.map(({ high }) => high),
      { fill: 'tonexty', fillcolor: `${colour}/0.16` },
    ),
  ];
}

const referenceLabel = ({ label, error }: ReferenceError, i: number): Layout => ({
  xref: 'paper',
  x: i % 2 === 0 ? 1 : 0.5,
  xanchor: 'right',
  y: error,
  yanchor: 'bottom',
  showarrow: false,
  text: `${plotText(label)}: ${formatEuros(error)}`,
  font: { color: '@muted', size: 12 },
});

/** A number of pictures of a game and the error when the predictions of so many are averaged, as `errorByImages` finds them. */
export interface ErrorAtImages {
  images: number;
  error: number;
  low?: number;
  high?: number;
}

const byImages = (rows: readonly ErrorAtImages[]): ErrorPoint[] =>
  rows.map(({ images, ...rest }) => ({ count: images, ...rest }));

/** How the error falls with the number of pictures averaged. */
export const errorByImages = (
  rows: readonly ErrorAtImages[],
  references: readonly ReferenceError[] = [],
  title = 'Error by number of pictures',
): Chart =>
  errorCurves([{ points: byImages(rows) }], references, {
    title,
    counted: ['picture', 'pictures'],
    axis: 'Pictures averaged per game',
  });

/** The same for several ways of averaging, such as mean, median and trimmed mean; without bands, which would lie over each other. */
export const errorByAveraging = (
  ways: readonly { name: string; rows: readonly ErrorAtImages[] }[],
  references: readonly ReferenceError[] = [],
  title = 'Error by number of pictures and way of averaging',
): Chart =>
  errorCurves(
    ways.map(({ name, rows }) => ({
      name,
      points: byImages(rows).map(({ count, error }) => ({ count, error })),
    })),
    references,
    { title, counted: ['picture', 'pictures'], axis: 'Pictures averaged per game' },
  );

/** The learning curve over the number of training games: the error of models trained on ever larger subsets. */
export const errorByTrainingGames = (
  points: readonly { games: number; error: number; low?: number; high?: number }[],
  references: readonly ReferenceError[] = [],
  title = 'Error by number of training games',
): Chart =>
  errorCurves([{ points: points.map(({ games, ...rest }) => ({ count: games, ...rest })) }], references, {
    title,
    counted: ['training game', 'training games'],
    axis: 'Training games',
    logarithmic: true,
  });
