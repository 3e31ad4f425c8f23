import type { RangeTest } from '../training/rangeTest';
import type { Chart, Layout, Trace } from './charts';
import { formatNumber } from './format';
import { plotText } from './html';

/** One curve of training: a measure after each epoch. */
export interface Curve {
  /** Such as `Loss` or `Mean absolute error`; one panel each. */
  measure: string;
  training: readonly number[];
  validation: readonly number[];
}

/**
 * Learning curves: a panel for each measure with training and validation after each epoch (counted from 1), and the epoch whose
 * weights were kept marked in all of them. Panels stand side by side, below each other on a narrow page.
 */
export function learningCurves(
  curves: readonly Curve[],
  bestEpoch: number | null,
  title = 'Learning curves',
): Chart {
  const panels = Math.max(1, curves.length);
  const across = (i: number): [number, number] => span(i, panels, 0.1);
  const down = (i: number): [number, number] => span(panels - 1 - i, panels, 0.16);
  const layout: Layout = { shapes: [], annotations: [] };
  const narrow: Layout = {};
  const traces: Trace[] = [];
  curves.forEach((curve, i) => {
    const number = i === 0 ? '' : String(i + 1);
    const epochs = curve.training.map((_, epoch) => epoch + 1);
    layout[`xaxis${number}`] = {
      domain: across(i),
      anchor: `y${number}`,
      title: { text: 'Epoch' },
      tickformat: 'd',
      range: [0.5, epochs.length + 0.5],
      nticks: 8,
    };
    layout[`yaxis${number}`] = {
      anchor: `x${number}`,
      title: { text: plotText(curve.measure) },
      rangemode: 'tozero',
    };
    narrow[`xaxis${number}`] = { domain: [0, 1] };
    narrow[`yaxis${number}`] = { domain: down(i) };
    for (const part of ['training', 'validation'] as const) {
      traces.push(curveTrace(curve, part, epochs, number));
    }
  });
  if (bestEpoch !== null) {
    layout.shapes = curves.map((_, i) => bestLine(bestEpoch, i === 0 ? '' : String(i + 1)));
    layout.annotations = curves.map((_, i) => bestLabel(bestEpoch, i === 0 ? '' : String(i + 1)));
  }
  const best = bestEpoch === null ? [] : [`The weights of epoch ${bestEpoch} were kept.`];
  return {
    title,
    alt: [...curves.map(curveWords), ...best].join(' '),
    traces,
    layout,
    narrow,
    height: 380,
    narrowHeight: 90 + 290 * panels,
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

/** The stretch of part `i` of `count` along an axis from 0 to 1, with gaps between. */
const span = (i: number, count: number, gap: number): [number, number] => {
  const width = (1 - gap * (count - 1)) / count;
  return [i * (width + gap), Math.min(1, i * (width + gap) + width)];
};

function curveTrace(
  curve: Curve,
  part: 'training' | 'validation',
  epochs: readonly number[],
  number: string,
): Trace {
  return {
    type: 'scatter',
    mode: 'lines+markers',
    name: part === 'training' ? 'Training' : 'Validation',
    legendgroup: part,
    showlegend: number === '',
    x: epochs,
    y: curve[part],
    xaxis: `x${number}`,
    yaxis: `y${number}`,
    hovertemplate: `Epoch %{x}, ${part}: %{y:.4~g}<extra></extra>`,
    line: { color: `@${part}`, width: 2, dash: part === 'training' ? 'dot' : 'solid' },
    marker: { color: `@${part}`, size: 5 },
  };
}

const bestLine = (epoch: number, number: string): Layout => ({
  type: 'line',
  xref: `x${number}`,
  yref: `y${number} domain`,
  x0: epoch,
  x1: epoch,
  y0: 0,
  y1: 1,
  line: { color: '@muted', width: 1, dash: 'dash' },
});

const bestLabel = (epoch: number, number: string): Layout => ({
  xref: `x${number}`,
  yref: `y${number} domain`,
  x: epoch,
  y: 1,
  yanchor: 'top',
  xanchor: 'right',
  xshift: -3,
  showarrow: false,
  text: `best: ${epoch}`,
  font: { color: '@muted', size: 12 },
});

function curveWords({ measure, training, validation }: Curve): string {
  const ends = (values: readonly number[]): string =>
    `from ${formatNumber(values[0])} to ${formatNumber(values.at(-1))}`;
  return `${measure} over ${training.length} epochs: training ${ends(training)}, validation ${ends(validation)}.`;
}

/**
 * What a range test saw: the loss of each step and its smoothed course over the learning rate, on a logarithmic axis, with the suggested rate
 * marked.
 */
export function learningRateCurve(
  { points, suggestion, diverged }: RangeTest,
  title = 'Loss while the learning rate grows',
): Chart {
  const rates = points.map(({ learningRate }) => learningRate);
  const trace = (name: string, y: number[], colour: string, width: number): Trace => ({
    type: 'scatter',
    mode: 'lines',
    name,
    x: rates,
    y,
    hovertemplate: `Rate %{x:.2~g}, ${name.toLowerCase()}: %{y:.4~g}<extra></extra>`,
    line: { color: colour, width },
  });
  const [first, last] = [rates[0] ?? 1, rates.at(-1) ?? 1];
  const powers = powersOfTen(first, last);
  return {
    title,
    alt: [
      `The learning rate grows from ${rateWords(first)} to ${rateWords(last)} in ${points.length} steps.`,
      lossWords(points.map(({ smoothed }) => smoothed)),
      diverged ? 'There the loss had grown too large and the test ended.' : '',
      suggestion === null
        ? 'It never falls, so no rate is suggested.'
        : `A tenth of the rate at its lowest is ${rateWords(suggestion)}.`,
    ]
      .filter(Boolean)
      .join(' '),
    traces: [
      trace(
        'Loss',
        points.map(({ loss }) => loss),
        '@muted/0.6',
        1,
      ),
      trace(
        'Smoothed',
        points.map(({ smoothed }) => smoothed),
        '@training',
        2,
      ),
    ],
    layout: {
      xaxis: {
        type: 'log',
        title: { text: 'Learning rate' },
        tickvals: powers,
        ticktext: powers.map(rateWords),
      },
      yaxis: { title: { text: 'Loss' }, range: [0, topOf(points.map(({ smoothed }) => smoothed))] },
      ...(suggestion === null
        ? {}
        : { shapes: [suggestionLine(suggestion)], annotations: [suggestionLabel(suggestion)] }),
    },
    table: {
      columns: ['Learning rate', 'Loss', 'Smoothed'],
      rows: points.map(({ learningRate, loss, smoothed }) => [
        rateWords(learningRate),
        formatNumber(loss, 4),
        formatNumber(smoothed, 4),
      ]),
    },
  };
}

/** Where the axis ends: a little above all losses, but an explosion at the end, which may be of any size, leaves the picture. */
function topOf(losses: readonly number[]): number {
  const falling = losses.slice(0, losses.indexOf(Math.min(...losses)) + 1);
  return 1.1 * Math.min(Math.max(...losses, 0), 1.5 * Math.max(...falling, 0));
}

/** Two digits that count: `0.0013`. */
const rateWords = (rate: number): string => String(Number(rate.toPrecision(2)));

function lossWords(losses: readonly number[]): string {
  const lowest = Math.min(...losses);
  return `The smoothed loss is ${formatNumber(losses[0])} at first, ${formatNumber(lowest)} at its lowest and ${formatNumber(losses.at(-1))} at the end.`;
}

const powersOfTen = (low: number, high: number): number[] => {
  const [from, to] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => 10 ** (from + i));
};

const suggestionLine = (rate: number): Layout => ({ ...bestLine(rate, ''), xref: 'x', yref: 'paper' });

/** On a logarithmic axis Plotly places words, unlike lines, by the logarithm. */
const suggestionLabel = (rate: number): Layout => ({
  ...bestLabel(rate, ''),
  xref: 'x',
  yref: 'paper',
  x: Math.log10(rate),
  text: `suggested: ${rateWords(rate)}`,
});
