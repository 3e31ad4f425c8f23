import type { EpochRecord } from '../core/concepts';
import { largest, smallest } from '../core/extremes';
import type { RangeTest } from '../training/rangeTest';
import type { TrainingHistory } from '../training/train';
import { type Chart, chartHtml, type Layout, type Trace } from './charts';
import { newUpdatingDisplay } from './display';
import { formatNumber } from './format';
import { plotText } from './html';
import { line, markLines } from './traces';
import { capital, niceStep } from './valueScale';

/** One curve of training: a measure after each epoch. */
export interface Curve {
  /** Such as `Loss` or `Mean absolute error`; one panel each. */
  measure: string;
  training: readonly number[];
  validation: readonly number[];
}

/** The curve of one figure of a training. */
export const curveOf = (epochs: readonly EpochRecord[], figure: string, measure: string): Curve => ({
  measure,
  training: epochs.map(({ training }) => training[figure] ?? Number.NaN),
  validation: epochs.map(({ validation }) => validation[figure] ?? Number.NaN),
});

/** Learning curves: a panel for each measure with training and validation after each epoch (counted from 1), and the epoch whose weights were kept marked in all of them. */
export function learningCurves(
  curves: readonly Curve[],
  bestEpoch: number | null,
  title = 'Learning curves',
): Chart {
  const count = Math.max(1, curves.length);
  const panels = curves.map((curve, i) => ({ ...curve, panel: i === 0 ? '' : String(i + 1), i }));
  const lines = panels.flatMap(({ panel }) =>
    bestEpoch === null ? [] : [{ at: bestEpoch, words: `best: ${bestEpoch}`, panel }],
  );
  const layouts = panels.map(({ measure, training, panel, i }) => ({
    [`xaxis${panel}`]: {
      ...{ domain: span(i, count, 0.1), anchor: `y${panel}`, title: { text: 'Epoch' } },
      ...{
        tickformat: 'd',
        range: [0.5, training.length + 0.5],
        dtick: Math.max(1, niceStep(training.length / 8)),
      },
    },
    [`yaxis${panel}`]: { anchor: `x${panel}`, title: { text: plotText(measure) }, rangemode: 'tozero' },
  }));
  const narrow = panels.map(({ panel, i }) => ({
    [`xaxis${panel}`]: { domain: [0, 1] },
    [`yaxis${panel}`]: { domain: span(count - 1 - i, count, 0.16) },
  }));
  return {
    title,
    alt: [
      ...curves.map(curveWords),
      ...(bestEpoch === null ? [] : [`The weights of epoch ${bestEpoch} were kept.`]),
    ].join(' '),
    traces: panels.flatMap(({ panel, training, validation }) => [
      partTrace('training', training, panel),
      partTrace('validation', validation, panel),
    ]),
    layout: Object.assign({}, ...layouts, markLines('upright', lines)) as Layout, // records of axes, joined
    narrow: Object.assign({}, ...narrow) as Layout,
    narrowHeight: 90 + 290 * count,
    table: {
      columns: [
        'Epoch',
        ...curves.flatMap(({ measure }) => [`${measure}, training`, `${measure}, validation`]),
      ],
      rows: (curves[0]?.training ?? []).map((_, i) => [
        i + 1,
        ...curves.flatMap(({ training, validation }) => [training[i] ?? null, validation[i] ?? null]),
      ]),
    },
  };
}

/** Loss and accuracy of a network of classes, drawn anew with every epoch; outside a notebook their words are printed at the end. */
export function growingCurves(title: string) {
  const display = newUpdatingDisplay();
  const show = (epochs: readonly EpochRecord[], bestEpoch: number | null): void => {
    const curves = [curveOf(epochs, 'loss', 'Loss'), curveOf(epochs, 'accuracy', 'Accuracy')];
    const best =
      bestEpoch === null ? '' : `: epoch ${bestEpoch} of ${epochs.length} does best on validation pictures`;
    const shown = learningCurves(curves, bestEpoch, `${title}${best}`);
    display.show(chartHtml(shown), `[${shown.title}] ${shown.alt}`);
  };
  const soFar: EpochRecord[] = [];
  return {
    add: (record: EpochRecord): void => {
      soFar.push(record);
      show(soFar, null);
    },
    /** Shows all epochs, also those of an earlier run, with the best one marked. */
    done: ({ epochs, bestEpoch }: Pick<TrainingHistory, 'epochs' | 'bestEpoch'>): void => {
      show(epochs, bestEpoch);
      display.close();
    },
  };
}

/** The stretch of part `i` of `count` along an axis from 0 to 1, with gaps between. */
const span = (i: number, count: number, gap: number): [number, number] => {
  const width = (1 - gap * (count - 1)) / count;
  return [i * (width + gap), Math.min(1, i * (width + gap) + width)];
};

function partTrace(part: 'training' | 'validation', values: readonly number[], panel: string): Trace {
  const color = `@${part}`;
  const points = { name: capital(part), x: values.map((_, epoch) => epoch + 1), y: values };
  return line(
    { ...points, hover: `Epoch %{x}, ${part}: %{y:.4~g}` },
    { color, dash: part === 'training' ? 'dot' : 'solid' },
    {
      ...{ mode: 'lines+markers', marker: { color, size: 5 } },
      ...{ showlegend: panel === '', xaxis: `x${panel}`, yaxis: `y${panel}` },
    },
  );
}

function curveWords({ measure, training, validation }: Curve): string {
  const ends = (values: readonly number[]): string =>
    `from ${formatNumber(values[0])} to ${formatNumber(values.at(-1))}`;
  return `${measure} over ${training.length} epochs: training ${ends(training)}, validation ${ends(validation)}.`;
}

/** The loss of each step of a range test and its smoothed course over the learning rate, with the suggested rate marked. */
export function learningRateCurve({ points, suggestion, diverged }: RangeTest): Chart {
  const x = points.map(({ learningRate }) => learningRate);
  const smoothed = points.map((point) => point.smoothed);
  const [first, last] = [x[0] ?? 1, x.at(-1) ?? 1];
  const hover = (name: string): string => `Rate %{x:.2~g}, ${name}: %{y:.4~g}`;
  const losses = { name: 'Loss', x, y: points.map(({ loss }) => loss), hover: hover('loss') };
  const suggested = suggestion === null ? [] : [suggestion];
  const lines = suggested.map((at) => ({
    ...{ at, wordsAt: Math.log10(at), words: `suggested: ${rateWords(at)}` },
  }));
  return {
    title: 'Loss while the learning rate grows',
    alt: [
      `The learning rate grows from ${rateWords(first)} to ${rateWords(last)} in ${points.length} steps.`,
      `The smoothed loss is ${formatNumber(smoothed[0])} at first, ${formatNumber(smallest(smoothed))} at its lowest and ${formatNumber(smoothed.at(-1))} at the end.`,
      ...(diverged ? ['There the loss had grown too large and the test ended.'] : []),
      suggestion === null
        ? 'It never falls, so no rate is suggested.'
        : `A tenth of the rate at its lowest is ${rateWords(suggestion)}.`,
    ].join(' '),
    traces: [
      line(losses, { color: '@muted/0.6', width: 1 }),
      line({ name: 'Smoothed', x, y: smoothed, hover: hover('smoothed') }, { color: '@training' }),
    ],
    layout: {
      xaxis: { type: 'log', title: { text: 'Learning rate' }, dtick: 1, tickformat: '~g' },
      yaxis: { title: { text: 'Loss' }, range: [0, topOf(smoothed)] },
      ...markLines('upright', lines),
    },
  };
}

/** Where the axis ends: a little above all losses, but an explosion at the end, which may be of any size, leaves the picture. */
function topOf(losses: readonly number[]): number {
  const falling = losses.slice(0, losses.indexOf(smallest(losses)) + 1);
  return 1.1 * Math.min(Math.max(largest(losses), 0), 1.5 * Math.max(largest(falling), 0));
}

/** Two digits that count: `0.0013`. */
const rateWords = (rate: number): string => String(Number(rate.toPrecision(2)));
