import type { Chart, Trace } from './charts';
import { formatCount, formatPercent } from './format';
import { plotText } from './html';
import { markLines, marks, reaches } from './traces';
import { capital, diagonal, extent, type ValueScale } from './valueScale';

/** A predicted value beside the true one. */
export interface PredictionPoint {
  truth: number;
  predicted: number;
  /** Said when pointed at. */
  label?: string;
}

/** Marks drawn at most: every one is an element of the page, and more would make it slow. */
const MARKS = 4000;

/** Every n-th of a list, evenly through it, so that at most `most` are left. */
export function thinned<T>(list: readonly T[], most: number): readonly T[] {
  const step = Math.ceil(list.length / most);
  return step <= 1 ? list : list.filter((_, i) => i % step === 0);
}

const thinNote = (drawn: number, all: number): string =>
  drawn < all ? ` ${formatCount(drawn)} of ${formatCount(all)} marks are drawn.` : '';

const share = (count: number, all: number): string => formatPercent(count / Math.max(1, all));

/** True value across, predicted value up; on the diagonal a prediction is right. */
export function predictionScatter(
  points: readonly PredictionPoint[],
  scale: ValueScale,
  title: string,
): Chart {
  const { noun, format, axis, place } = scale;
  const shown = thinned(points, MARKS);
  const { low, high } = extent(points.flatMap(({ truth, predicted }) => [truth, predicted]));
  const within = points.filter(({ truth, predicted }) => Math.abs(predicted - truth) <= truth / 2).length;
  const above = points.filter(({ truth, predicted }) => predicted > truth).length;
  const truths = extent(points.map(({ truth }) => truth));
  const guesses = extent(points.map(({ predicted }) => predicted));
  return {
    title,
    alt:
      `${formatCount(points.length)} predictions. True ${noun}s run from ${format(truths.low)} to ${format(truths.high)}, predicted ones from ` +
      `${format(guesses.low)} to ${format(guesses.high)}. ${share(within, points.length)} lie within half of the true ${noun}, ${share(above, points.length)} above it.` +
      thinNote(shown.length, points.length),
    traces: [
      diagonal(scale, low, high),
      pointMarks(
        shown,
        scale,
        ({ truth }) => place(truth),
        ({ predicted }) => place(predicted),
      ),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: axis(`True ${noun}`, low, high),
      yaxis: axis(`Predicted ${noun}`, low, high),
    },
    height: 480,
    narrowHeight: 400,
  };
}

/** Predicted ÷ true value over the predicted value, on a scale whose places are decimal logarithms: 0 is right, +0.3 twice the value. */
export function residualPlot(
  points: readonly PredictionPoint[],
  scale: ValueScale,
  title = 'Residuals',
): Chart {
  const { noun, axis, place } = scale;
  const shown = thinned(points, MARKS);
  const residual = ({ truth, predicted }: PredictionPoint): number => place(predicted) - place(truth);
  const { low, high } = extent(points.map(({ predicted }) => predicted));
  const mean = points.reduce((sum, point) => sum + residual(point), 0) / Math.max(1, points.length);
  const sizes = extent(points.map(residual));
  const ticks = [1 / 1000, 1 / 100, 1 / 10, 1 / 3, 1, 3, 10, 100, 1000].filter(
    (factor) => Math.log10(factor) >= sizes.low - 0.3 && Math.log10(factor) <= sizes.high + 0.3,
  );
  const factor = `too ${mean > 0 ? 'high' : 'low'} by a factor of ${(10 ** Math.abs(mean)).toFixed(2)}`;
  return {
    title,
    alt:
      `${formatCount(points.length)} residuals: on the logarithmic scale predictions are ` +
      `${Math.abs(mean) < 0.005 ? 'neither too high nor too low' : factor} on average.${thinNote(shown.length, points.length)}`,
    traces: [pointMarks(shown, scale, ({ predicted }) => place(predicted), residual)],
    layout: {
      hovermode: 'closest',
      xaxis: axis(`Predicted ${noun}`, low, high),
      yaxis: {
        title: { text: `Predicted ÷ true ${noun}` },
        tickvals: ticks.map(Math.log10),
        ticktext: ticks.map((tick) => (tick < 1 ? `÷ ${Math.round(1 / tick)}` : `× ${tick}`)),
      },
      ...markLines('level', [{ at: 0 }]),
    },
    narrow: { xaxis: axis(`Predicted ${noun}`, low, high, true) },
  };
}

function pointMarks(
  points: readonly PredictionPoint[],
  { format }: ValueScale,
  x: (point: PredictionPoint) => number,
  y: (point: PredictionPoint) => number,
): Trace {
  const opacity = points.length > 1500 ? 0.25 : points.length > 400 ? 0.4 : 0.65;
  const words = points.map(
    ({ truth, predicted, label }) =>
      `${label ? `<b>${plotText(label)}</b><br>` : ''}true ${format(truth)}, predicted ${format(predicted)}`,
  );
  return marks({ x: points.map(x), y: points.map(y), words }, { color: `@prediction/${opacity}`, size: 7 });
}

/** Items whose predictions lie together: the mean of these and the mean of their true values, with its interval. */
export interface CalibrationGroup {
  count: number;
  predicted: number;
  actual: { estimate: number; low: number; high: number };
}

/** Mean true value over mean predicted value of groups of predictions; on the dashed diagonal predictions can be taken at their word. */
export function calibrationCurve(
  groups: readonly CalibrationGroup[],
  scale: ValueScale,
  title: string,
): Chart {
  const { noun, items, format, axis, place } = scale;
  const { low, high } = extent(
    groups.flatMap(({ predicted, actual }) => [predicted, actual.low, actual.high]),
  );
  const words = groups.map(
    ({ count, predicted, actual }) =>
      `${formatCount(count)} ${items[1]} predicted at ${format(predicted)} have ${format(actual.estimate)} (${format(actual.low)} to ${format(actual.high)})`,
  );
  const y = groups.map(({ actual }) => place(actual.estimate));
  const [from, to] = (['low', 'high'] as const).map((end) => groups.map(({ actual }) => place(actual[end])));
  return {
    title,
    alt: `Groups of test ${items[1]} by predicted ${noun}, each with the means of predicted and true ${noun}: ${words.join('; ')}.`,
    traces: [
      diagonal(scale, low, high),
      marks(
        { x: groups.map(({ predicted }) => place(predicted)), y, words },
        { color: '@prediction', size: 8 },
        {
          mode: 'lines+markers',
          line: { color: '@prediction', width: 1.5 },
          error_y: reaches(y, from!, to!, { color: '@prediction/0.6' }),
        },
      ),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: axis(`Mean predicted ${noun}`, low, high),
      yaxis: axis(`Mean true ${noun}`, low, high),
    },
    narrow: { xaxis: axis(`Mean predicted ${noun}`, low, high, true) },
    height: 440,
    narrowHeight: 380,
    table: {
      columns: [capital(items[1]), 'Mean predicted', 'Mean true', 'From', 'To'],
      rows: groups.map(({ count, predicted, actual: { estimate, low: from, high: to } }) => [
        count,
        ...[predicted, estimate, from, to].map(format),
      ]),
    },
  };
}
