import type { PredictedValue } from '../metrics/regression';
import type { Chart } from './charts';
import { formatCount, formatPercent } from './format';
import { plotText } from './html';
import { line, marks, reaches, referenceLine } from './traces';
import { extent, type ValueScale } from './valueScale';

/** Marks drawn at most: every one is an element of the page, and more would make it slow. */
const MARKS = 4000;

/** Every n-th of a list, evenly through it, so that at most `most` are left. */
export function thinned<T>(list: readonly T[], most: number): readonly T[] {
  const step = Math.ceil(list.length / most);
  return step <= 1 ? list : list.filter((_, i) => i % step === 0);
}

/** The dashed line on which the values of both axes are equal. */
function diagonal({ place }: ValueScale, low: number, high: number) {
  const ends = [place(low), place(high)] as const;
  return referenceLine(ends, ends, 'predicted = true');
}

/** True value across, predicted value up; on the diagonal a prediction is right. The label is said and the picture (a data URI) shown when pointed at. */
export function predictionScatter(
  points: readonly (PredictedValue & { label?: string; picture?: string })[],
  scale: ValueScale,
  title: string,
): Chart {
  const { noun, format, place, axis } = scale;
  const shown = thinned(points, MARKS);
  const truths = extent(points.map(({ truth }) => truth));
  const guesses = extent(points.map(({ predicted }) => predicted));
  const { low, high } = extent([...Object.values(truths), ...Object.values(guesses)]);
  const within = points.filter(({ truth, predicted }) => Math.abs(predicted - truth) <= truth / 2).length;
  const above = points.filter(({ truth, predicted }) => predicted > truth).length;
  const share = (count: number): string => formatPercent(count / Math.max(1, points.length));
  const drawn = `${formatCount(shown.length)} of ${formatCount(points.length)} marks are drawn.`;
  const opacity = shown.length > 1500 ? 0.25 : shown.length > 400 ? 0.4 : 0.65;
  return {
    title,
    alt:
      `${formatCount(points.length)} predictions. True ${noun}s run from ${format(truths.low)} to ${format(truths.high)}, predicted ones from ` +
      `${format(guesses.low)} to ${format(guesses.high)}. ${share(within)} lie within half of the true ${noun}, ${share(above)} above it.` +
      (shown.length < points.length ? ` ${drawn}` : ''),
    traces: [
      diagonal(scale, low, high),
      marks(
        {
          x: shown.map(({ truth }) => place(truth)),
          y: shown.map(({ predicted }) => place(predicted)),
          words: shown.map(
            ({ truth, predicted, label }) =>
              `${label ? `<b>${plotText(label)}</b><br>` : ''}true ${format(truth)}, predicted ${format(predicted)}`,
          ),
          pictures: shown.map(({ picture = '' }) => picture),
        },
        { color: `@prediction/${opacity}`, size: 7 },
      ),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: axis(`True ${noun}`, low, high),
      yaxis: axis(`Predicted ${noun}`, low, high),
    },
    narrow: { xaxis: axis(`True ${noun}`, low, high, true) },
    height: 480,
    narrowHeight: 400,
  };
}

/** Items whose predictions lie together: the mean of these and the mean of their true values, with its interval. */
export interface CalibrationGroup {
  count: number;
  predicted: number;
  actual: { estimate: number; low: number; high: number };
}

/** Mean true value over mean predicted value of groups of predictions; on the dashed diagonal predictions can be taken at their word. By default the title says in how many groups they can. */
export function calibrationCurve(
  groups: readonly CalibrationGroup[],
  scale: ValueScale,
  title?: string,
): Chart {
  const { noun, items, format, axis, place } = scale;
  const { low, high } = extent(
    groups.flatMap(({ predicted, actual }) => [predicted, actual.low, actual.high]),
  );
  const words = groups.map(
    ({ count, predicted, actual }) =>
      `${formatCount(count)} ${items[1]} predicted at ${format(predicted)} have ${format(actual.estimate)} (${format(actual.low)} to ${format(actual.high)})`,
  );
  const of = (end: 'estimate' | 'low' | 'high') => groups.map(({ actual }) => place(actual[end]));
  const points = { x: groups.map(({ predicted }) => place(predicted)), y: of('estimate'), words };
  const color = '@prediction';
  const error_y = reaches(points.y, of('low'), of('high'), { color: '@prediction/0.6' });
  const fits = groups.filter(({ predicted, actual }) => predicted >= actual.low && predicted <= actual.high);
  const found = `In ${fits.length} of ${groups.length} groups of ${items[1]} the mean ${noun} is what is predicted, within its interval`;
  return {
    title: title ?? found,
    alt: `Groups of test ${items[1]} by predicted ${noun}, each with the means of predicted and true ${noun}: ${words.join('; ')}.`,
    traces: [
      diagonal(scale, low, high),
      line(points, { color, width: 1.5 }, { mode: 'lines+markers', marker: { color, size: 8 }, error_y }),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: axis(`Mean predicted ${noun}`, low, high),
      yaxis: axis(`Mean true ${noun}`, low, high),
    },
    narrow: { xaxis: axis(`Mean predicted ${noun}`, low, high, true) },
    height: 440,
  };
}
