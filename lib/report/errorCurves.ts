import type { ErrorPoint } from '../training/learningCurve';
import { type Chart, seriesColour } from './charts';
import { formatCount, formatInterval } from './format';
import { plotText } from './html';
import { band, line, markLines } from './traces';
import { capital, extent, type ValueScale } from './valueScale';

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
  /** What is counted, such as `picture` and `pictures`. */
  counted: readonly [one: string, several: string];
  /** What the error is; default `mean absolute error`. */
  measure?: string;
  /** Numbers that double from point to point stand equally far apart. */
  logarithmic?: boolean;
}

/** Errors over a number of pictures or items: a line for each curve, its interval as a band if every point has one. */
export function errorCurves(
  curves: readonly ErrorCurve[],
  references: readonly Reference[],
  scale: ValueScale,
  { counted: [one, several], measure = 'mean absolute error', logarithmic }: ErrorCurvesOptions,
): Chart {
  const { format } = scale;
  const points = curves.flatMap((curve) => curve.points);
  const ends = points.flatMap(({ error, low = error, high = error }) => [low, high]);
  const { low, high } = extent([...ends, ...references.map(({ error }) => error)]);
  const floor = Math.max(0, low - 0.6 * (high - low));
  const counts = [...new Set(points.map(({ count }) => count))].sort((a, b) => a - b);
  const steps = { tickformat: 'd', tick0: 0, dtick: Math.max(1, Math.ceil((counts.at(-1) ?? 1) / 12)) };
  const doubled = { type: 'log', tickvals: counts, ticktext: counts.map(formatCount) };
  const lines = references.map(({ label, error }) => ({ at: error, words: `${label}: ${format(error)}` }));
  const { name, points: main } = curves[0] ?? { points: [] };
  const [first, last] = [main[0], main.at(-1)];
  const goes = (last?.error ?? 0) < (first?.error ?? 0) ? 'falls' : 'does not fall';
  return {
    title: `${name === undefined ? 'The' : `${capital(name)}: the`} ${measure} ${goes} from ${formatCount(first?.count)} to ${formatCount(last?.count)} ${several}: ${format(first?.error)}, then ${format(last?.error)}`,
    alt: [
      ...curves.map(({ name, points: own }) => {
        const [from, to] = [own[0], own.at(-1)];
        return (
          `${name ? `${name}: the` : 'The'} ${measure} goes from ${format(from?.error)} with ${formatCount(from?.count)} ` +
          `${from?.count === 1 ? one : several} to ${format(to?.error)} with ${formatCount(to?.count)}.`
        );
      }),
      ...lines.map(({ words }) => `${words}.`),
    ].join(' '),
    traces: curves.flatMap(({ name, points: own }, i) => {
      const color = seriesColour(i);
      const x = own.map(({ count }) => count);
      const lows = own.flatMap((point) => point.low ?? []);
      const highs = own.flatMap((point) => point.high ?? []);
      const words = own.map(({ error, low = error, high = error }) =>
        low === high ? format(error) : formatInterval({ estimate: error, low, high }, format),
      );
      const hover = `${name === undefined ? '' : `${plotText(name)}, `}%{x:,} ${several}: %{customdata}`;
      const curve = { name, x, y: own.map(({ error }) => error), words, hover };
      return [
        ...(lows.length === own.length && highs.length === own.length ? band(x, lows, highs, color) : []),
        line(curve, { color }, { mode: 'lines+markers', marker: { color, size: 6 } }),
      ];
    }),
    layout: {
      xaxis: { title: { text: capital(several) }, ...(logarithmic ? doubled : steps) },
      yaxis: {
        ...scale.axis(capital(measure), floor, high),
        range: [floor, high + 0.08 * (high - floor)],
      },
      ...markLines('level', lines),
    },
    table: {
      columns: ['Curve', capital(several), capital(measure), 'From', 'To'],
      rows: curves.flatMap(({ name = '', points: own }) =>
        own.map(({ count, error, low: from, high: to }) => [name, count, ...[error, from, to].map(format)]),
      ),
    },
  };
}

/** The error of models that learnt from more and more items, as `learningCurve` finds it. */
export function errorByTrainingItems(
  points: readonly ErrorPoint[],
  references: readonly Reference[],
  scale: ValueScale,
  measure?: string,
): Chart {
  const [one, several] = scale.items;
  const counted = [`training ${one}`, `training ${several}`] as const;
  return errorCurves([{ points }], references, scale, { counted, measure, logarithmic: true });
}
