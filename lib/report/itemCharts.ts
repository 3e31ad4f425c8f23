import type { Chart } from './charts';
import { shortened } from './format';
import { plotText } from './html';
import { markLines, marks, reaches } from './traces';
import { capital, extent, type ValueScale } from './valueScale';

/** An item with its true value, the prediction of each of its pictures and the one for the item. */
export interface ItemStrip {
  title: string;
  truth: number;
  predicted: number;
  images: readonly number[];
}

/** One line for each item (30 at most are readable): small marks for its pictures, a large one for the item, a bar for the truth. */
export function itemStrips(strips: readonly ItemStrip[], scale: ValueScale, title: string): Chart {
  const { noun, items, format, place, axis } = scale;
  const { low, high } = extent(
    strips.flatMap(({ truth, predicted, images }) => [truth, predicted, ...images]),
  );
  const rows = strips.map((_, i) => i); // numbered, as two items may have the same title
  const word = (i: number, kind: string, value: number): string =>
    `<b>${plotText(strips[i]?.title ?? '')}</b><br>${kind} ${format(value)}`;
  const row = (name: string, kind: string, values: readonly (readonly [i: number, value: number])[]) => ({
    name,
    x: values.map(([, value]) => place(value)),
    y: values.map(([i]) => i),
    words: values.map(([i, value]) => word(i, kind, value)),
  });
  const titles = (length: number): string[] =>
    strips.map((strip) => plotText(shortened(strip.title, length)));
  return {
    title,
    alt: strips
      .map(
        ({ title: name, truth, predicted, images }) =>
          `${name}: true ${format(truth)}, predicted ${format(predicted)} from ${images.length} pictures.`,
      )
      .join(' '),
    traces: [
      marks(
        row(
          'One picture',
          'one picture',
          strips.flatMap(({ images }, i) => images.map((value) => [i, value] as const)),
        ),
        { color: '@prediction/0.45', size: 7 },
      ),
      marks(
        row(
          `All pictures of the ${items[0]}`,
          'predicted',
          strips.map(({ predicted }, i) => [i, predicted]),
        ),
        {
          ...{ color: '@prediction', size: 12, symbol: 'diamond', line: { color: '@paper', width: 1 } },
        },
      ),
      marks(
        row(
          `True ${noun}`,
          `true ${noun}`,
          strips.map(({ truth }, i) => [i, truth]),
        ),
        {
          ...{ color: '@truth', size: 16, symbol: 'line-ns-open', line: { color: '@truth', width: 3 } },
        },
      ),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: axis(capital(noun), low, high),
      yaxis: { tickvals: rows, ticktext: titles(32), range: [strips.length - 0.4, -0.6], ticks: '' },
    },
    narrow: { xaxis: axis(capital(noun), low, high, true), yaxis: { ticktext: titles(16) } },
    height: 120 + 28 * strips.length,
    table: {
      columns: [capital(items[0]), 'True', 'Predicted', 'Pictures'],
      rows: strips.map(({ title: name, truth, predicted, images }) => [
        name,
        format(truth),
        format(predicted),
        images.length,
      ]),
    },
  };
}

/** A model's error with its interval. */
export interface ModelError {
  name: string;
  error: { estimate: number; low: number; high: number };
}

/** The mean absolute error of each model with its interval, best first; a dashed line at that of `reference`. */
export function modelErrors(
  models: readonly ModelError[],
  reference: string,
  { format, axis }: ValueScale,
): Chart {
  const ordered = [...models].sort((a, b) => a.error.estimate - b.error.estimate);
  const y = ordered.map((_, i) => i);
  const x = ordered.map(({ error }) => error.estimate);
  const lows = ordered.map(({ error }) => error.low);
  const highs = ordered.map(({ error }) => error.high);
  const [low, high] = [0.9 * extent(lows).low, extent(highs).high];
  const words = ordered.map(
    ({ name, error }) => `${name}: ${format(error.estimate)} (${format(error.low)} to ${format(error.high)})`,
  );
  const at = models.find(({ name }) => name === reference)?.error.estimate;
  const titles = (length: number): string[] => ordered.map(({ name }) => plotText(shortened(name, length)));
  return {
    title: 'Error of each model',
    alt: `Mean absolute error of each model with its interval. ${words.join('; ')}.`,
    traces: [
      marks(
        { x, y, words: words.map(plotText) },
        { color: '@prediction', size: 9 },
        { error_x: reaches(x, lows, highs, { color: '@prediction', thickness: 2, width: 5 }) },
      ),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: { ...axis('Mean absolute error', low, high), range: [low, high + 0.05 * (high - low)] },
      yaxis: { tickvals: y, ticktext: titles(60), range: [y.length - 0.5, -0.5], ticks: '', showgrid: false },
      ...markLines('upright', at === undefined ? [] : [{ at }]),
    },
    narrow: { yaxis: { ticktext: titles(18) }, xaxis: { nticks: 4 } },
    height: 100 + 40 * ordered.length,
    table: {
      columns: ['Model', 'Mean absolute error', 'From', 'To'],
      rows: ordered.map(({ name, error }) => [name, ...[error.estimate, error.low, error.high].map(format)]),
    },
  };
}
