import type { Chart, Layout, Trace } from './charts';
import { formatCount, formatPercent } from './format';
import { plotText } from './html';
import { thinned } from './predictionCharts';
import { marks, reaches } from './traces';
import { capital, extent, type ValueScale } from './valueScale';

/** An item with its predicted value, the interval around it (`high` null: without end) and its true value. */
export interface PredictedInterval {
  title: string;
  truth: number;
  predicted: number;
  low: number;
  high: number | null;
}

/** Items drawn at most: more lines could not be told apart. */
const DRAWN = 200;

/**
 * Prediction intervals, one upright line for each item in the order of the predictions, with the true values over them: those outside in
 * another shape and colour. An interval without upper end runs to the highest value shown. Of many items every n-th is drawn, and all
 * are counted.
 */
export function predictionIntervals(
  all: readonly PredictedInterval[],
  confidence: number,
  { noun, items, format, axis, place }: ValueScale,
): Chart {
  const ordered = thinned(
    [...all].sort((a, b) => a.predicted - b.predicted),
    DRAWN,
  );
  const ends = ordered.flatMap((item) => [item.truth, item.predicted, item.low, item.high ?? item.truth]);
  const { low, high } = extent(ends);
  const inside = ({ truth, low: from, high: to }: PredictedInterval): boolean =>
    truth >= from && truth <= (to ?? Infinity);
  const within = all.filter(inside).length;
  const open = all.filter((item) => item.high === null).length;
  const percent = formatPercent(confidence, 0);
  const words = ({ title, predicted, low: from, high: to, truth }: PredictedInterval): string =>
    `<b>${plotText(title)}</b><br>predicted ${format(predicted)}, ${format(from)} ${to === null ? 'or more' : `to ${format(to)}`}<br>true ${format(truth)}`;
  const y = ordered.map(({ predicted }) => place(predicted));
  const bars = reaches(
    y,
    ordered.map((item) => place(item.low)),
    ordered.map((item) => place(item.high ?? high)),
    { color: '@prediction/0.35', thickness: Math.max(1, Math.min(6, 300 / ordered.length)), width: 0 },
  );
  const truths = (name: string, wanted: boolean, marker: Layout): Trace => {
    const chosen = ordered.flatMap((item, i) => (inside(item) === wanted ? [{ item, x: i + 1 }] : []));
    const points = { x: chosen.map(({ x }) => x), y: chosen.map(({ item }) => place(item.truth)) };
    return marks({ name, ...points, words: chosen.map(({ item }) => words(item)) }, marker);
  };
  return {
    title: `Prediction intervals of the test ${items[1]}`,
    alt:
      `${formatCount(all.length)} test ${items[1]} with ${percent} intervals around their predicted ${noun}s: the true ${noun} of ` +
      `${formatCount(within)} lies within, of ${formatCount(all.length - within)} outside.` +
      (open > 0 ? ` ${formatCount(open)} intervals have no upper end.` : '') +
      (ordered.length < all.length ? ` ${formatCount(ordered.length)} of the ${items[1]} are drawn.` : ''),
    traces: [
      marks(
        {
          name: `Predicted, with its ${percent} interval`,
          x: ordered.map((_, i) => i + 1),
          y,
          words: ordered.map(words),
        },
        { color: '@prediction', size: 4 },
        { error_y: bars },
      ),
      truths(`True ${noun}, within`, true, { color: '@truth', size: 6 }),
      truths(`True ${noun}, outside`, false, { color: '@c4', size: 9, symbol: 'diamond' }),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: {
        title: { text: `Test ${items[1]}, by predicted ${noun}` },
        showticklabels: false,
        showgrid: false,
        ticks: '',
      },
      yaxis: axis(capital(noun), low, high),
    },
    height: 440,
  };
}
