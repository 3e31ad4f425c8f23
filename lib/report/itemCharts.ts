import type { PredictedValue } from '../metrics/regression';
import type { Chart, Layout, Trace } from './charts';
import { formatCount, formatPercent } from './format';
import { plotText } from './html';
import { thinned } from './predictionCharts';
import { marks, reaches } from './traces';
import { capital, extent, type ValueScale } from './valueScale';

/** An item with its true value, the prediction of each of its pictures (a data URI, shown when pointed at) and the one for the item. */
export interface ItemStrip extends PredictedValue {
  title: string;
  images: readonly { predicted: number; picture?: string }[];
}

/** One line for each item (30 at most are readable): small marks for its pictures, a large one for the item, a bar for the truth. */
export function itemStrips(strips: readonly ItemStrip[], scale: ValueScale, title: string): Chart {
  const { noun, items, format, place, axis } = scale;
  const { low, high } = extent(
    strips.flatMap(({ truth, predicted, images }) => [
      truth,
      predicted,
      ...images.map((one) => one.predicted),
    ]),
  );
  // Rows are numbered, as two items may have the same title.
  const row = (name: string, of: (strip: ItemStrip) => ItemStrip['images'], marker: Layout): Trace => {
    const values = strips.flatMap((strip, y) => of(strip).map((one) => ({ ...one, y, title: strip.title })));
    const points = {
      x: values.map(({ predicted }) => place(predicted)),
      y: values.map(({ y }) => y),
      words: values.map((one) => `<b>${plotText(one.title)}</b><br>${name}: ${format(one.predicted)}`),
      pictures: values.map(({ picture = '' }) => picture),
    };
    return marks({ name, ...points }, marker);
  };
  const titles = (length: number): string[] =>
    strips.map((strip) =>
      plotText(strip.title.length > length ? `${strip.title.slice(0, length - 1)}…` : strip.title),
    );
  const item = { color: '@prediction', size: 12, symbol: 'diamond' };
  const truths = { color: '@truth', size: 16, symbol: 'line-ns-open', line: { color: '@truth', width: 3 } };
  return {
    title,
    alt: strips
      .map(
        ({ title: name, truth, predicted, images }) =>
          `${name}: true ${format(truth)}, predicted ${format(predicted)} from ${images.length} pictures.`,
      )
      .join(' '),
    traces: [
      row('One picture', ({ images }) => images, { color: '@prediction/0.45', size: 7 }),
      row(`All pictures of the ${items[0]}`, ({ predicted }) => [{ predicted }], item),
      row(`True ${noun}`, ({ truth }) => [{ predicted: truth }], truths),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: axis(capital(noun), low, high),
      yaxis: {
        tickvals: strips.map((_, i) => i),
        ticktext: titles(32),
        ...{ range: [strips.length - 0.4, -0.6], ticks: '' },
      },
    },
    narrow: { xaxis: axis(capital(noun), low, high, true), yaxis: { ticktext: titles(16) } },
    height: 120 + 28 * strips.length,
  };
}

/** An item with its predicted value, the interval around it (`high` null: without end) and its true value. */
interface PredictedInterval extends PredictedValue {
  title: string;
  low: number;
  high: number | null;
}

/** Intervals drawn at most: more lines could not be told apart. */
const DRAWN = 200;

/** Prediction intervals, one upright line for each item in the order of the predictions, with the true values over them. One without upper end runs to the highest value shown; of many every n-th is drawn, and all are counted. */
export function predictionIntervals(
  all: readonly PredictedInterval[],
  confidence: number,
  { noun, items, format, axis, place }: ValueScale,
): Chart {
  const ordered = thinned(
    [...all].sort((a, b) => a.predicted - b.predicted),
    DRAWN,
  );
  const { low, high } = extent(
    ordered.flatMap((item) => [item.truth, item.predicted, item.low, item.high ?? item.truth]),
  );
  const inside = ({ truth, low: from, high: to }: PredictedInterval): boolean =>
    truth >= from && truth <= (to ?? Infinity);
  const within = all.filter(inside).length;
  const open = all.filter((item) => item.high === null).length;
  const percent = formatPercent(confidence, 0);
  const words = ({ title, predicted, low: from, high: to, truth }: PredictedInterval): string =>
    `<b>${plotText(title)}</b><br>predicted ${format(predicted)}, ${format(from)} ${to === null ? 'or more' : `to ${format(to)}`}<br>true ${format(truth)}`;
  const points = {
    x: ordered.map((_, i) => i + 1),
    y: ordered.map(({ predicted }) => place(predicted)),
    words: ordered.map(words),
  };
  const error_y = reaches(
    points.y,
    ordered.map((item) => place(item.low)),
    ordered.map((item) => place(item.high ?? high)),
    { color: '@prediction/0.35', thickness: Math.max(1, Math.min(6, 300 / ordered.length)), width: 0 },
  );
  const truths = (name: string, wanted: boolean, marker: Layout): Trace => {
    const chosen = ordered.flatMap((item, i) => (inside(item) === wanted ? [{ item, x: i + 1 }] : []));
    const [x, y] = [chosen.map((one) => one.x), chosen.map(({ item }) => place(item.truth))];
    return marks({ name, x, y, words: chosen.map(({ item }) => words(item)) }, marker);
  };
  return {
    title: `${formatCount(within)} of ${formatCount(all.length)} intervals of ${percent} hold the true ${noun}`,
    alt:
      `${formatCount(all.length)} test ${items[1]} with ${percent} intervals around their predicted ${noun}s: the true ${noun} of ` +
      `${formatCount(within)} lies within, of ${formatCount(all.length - within)} outside.` +
      (open > 0 ? ` ${formatCount(open)} intervals have no upper end.` : '') +
      (ordered.length < all.length ? ` ${formatCount(ordered.length)} of the ${items[1]} are drawn.` : ''),
    traces: [
      marks(
        { name: `Predicted, with its ${percent} interval`, ...points },
        { color: '@prediction', size: 4 },
        { error_y },
      ),
      truths(`True ${noun}, within`, true, { color: '@truth', size: 6 }),
      truths(`True ${noun}, outside`, false, { color: '@c4', size: 9, symbol: 'diamond' }),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: {
        title: { text: `Test ${items[1]}, by predicted ${noun}` },
        ...{ showticklabels: false, showgrid: false, ticks: '' },
      },
      yaxis: axis(capital(noun), low, high),
    },
    height: 440,
  };
}
