import { type Chart, seriesColour, type Trace } from './charts';
import { formatCount } from './format';
import { plotText } from './html';
import { band, line, markLines } from './traces';
import { extent, type ValueScale } from './valueScale';

/** A point of an error curve: the mean absolute error at a number of pictures or items, with an interval if known. */
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

/** An error that does not depend on the number, such as that of a baseline, as a dashed line. */
export interface Reference {
  label: string;
  error: number;
}

export interface ErrorCurvesOptions {
  title: string;
  /** What is counted, such as `picture` and `pictures`. */
  counted: readonly [one: string, several: string];
  /** Title of the horizontal axis. */
  axis: string;
  /** Numbers that double from point to point stand equally far apart. */
  logarithmic?: boolean;
}

/** Mean absolute errors over a number of pictures or items: a line for each curve, its interval as a band if every point has one. */
export function errorCurves(
  curves: readonly ErrorCurve[],
  references: readonly Reference[],
  scale: ValueScale,
  { title, counted, axis, logarithmic = false }: ErrorCurvesOptions,
): Chart {
  const { format } = scale;
  const points = curves.flatMap((curve) => curve.points);
  const errors = [
    ...points.flatMap(({ error, low = error, high = error }) => [error, low, high]),
    ...references.map(({ error }) => error),
  ];
  const { low, high } = extent(errors);
  const floor = Math.max(0, low - 0.6 * (high - low));
  const counts = [...new Set(points.map(({ count }) => count))].sort((a, b) => a - b);
  const steps = { tickformat: 'd', tick0: 0, dtick: Math.max(1, Math.ceil((counts.at(-1) ?? 1) / 12)) };
  const doubled = { type: 'log', tickvals: counts, ticktext: counts.map(formatCount) };
  const lines = references.map(({ label, error }, i) => ({
    ...{ at: error, words: `${label}: ${format(error)}` },
    along: i % 2 === 0 ? 1 : 0.5, // two may lie close together
  }));
  const named = curves.length > 1;
  return {
    title,
    alt: [
      ...curves.map((curve) => curveWords(curve, counted, scale)),
      ...references.map(({ label, error }) => `${label}: ${format(error)}.`),
    ].join(' '),
    traces: curves.flatMap((curve, i) => curveTraces(curve, seriesColour(i), counted[1], scale)),
    layout: {
      xaxis: { title: { text: axis }, ...(logarithmic ? doubled : steps) },
      yaxis: {
        ...scale.axis('Mean absolute error', floor, high),
        range: [floor, high + 0.08 * (high - floor)],
      },
      ...markLines('level', lines),
    },
    table: {
      columns: [...(named ? ['Curve'] : []), axis, 'Mean absolute error', 'From', 'To'],
      rows: curves.flatMap(({ name = '', points: own }) =>
        own.map(({ count, error, low: from, high: to }) => [
          ...(named ? [name] : []),
          count,
          ...[error, from, to].map(format),
        ]),
      ),
    },
  };
}

function curveWords(
  { name, points }: ErrorCurve,
  [one, several]: readonly [string, string],
  { format }: ValueScale,
): string {
  const first = points[0];
  const last = points.at(-1);
  return (
    `${name ? `${name}: the` : 'The'} mean absolute error goes from ${format(first?.error)} with ${formatCount(first?.count)} ` +
    `${first?.count === 1 ? one : several} to ${format(last?.error)} with ${formatCount(last?.count)}.`
  );
}

function curveTraces(
  { name, points }: ErrorCurve,
  color: string,
  several: string,
  { format }: ValueScale,
): Trace[] {
  const x = points.map(({ count }) => count);
  const ends = points.flatMap(({ low, high }) =>
    low === undefined || high === undefined ? [] : [{ low, high }],
  );
  const area = band(
    x,
    ends.map(({ low }) => low),
    ends.map(({ high }) => high),
    color,
  );
  const words = points.map(({ error }) => format(error));
  const hover = `${name === undefined ? '' : `${plotText(name)}, `}%{x:,} ${several}: %{customdata}`;
  const curve = line({ name, x, y: points.map(({ error }) => error), words, hover }, { color });
  return [
    ...(ends.length === points.length ? area : []),
    { ...curve, mode: 'lines+markers', marker: { color, size: 6 } },
  ];
}
