import type { Chart, Trace } from '../../../report/charts';
import { formatCount, formatPercent } from '../../../report/format';
import { plotText } from '../../../report/html';
import { formatEuros } from '../units';
import { diagonal, extent, levelLine, logPrice, logPriceAxis } from './priceAxis';

/** A predicted price beside the true one, both in EUR cents. */
export interface PredictionPoint {
  truth: number;
  predicted: number;
  /** Shown when pointed at: a game's title, how many pictures. */
  label?: string;
}

/** Marks drawn at most: every one is an element of the page, and more would make it slow. */
const MARKS = 4000;

/** Every n-th point, evenly through the list, so that at most `MARKS` are left. */
function thinned<Point>(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / MARKS);
  return step <= 1 ? points : points.filter((_, i) => i % step === 0);
}

const thinNote = (drawn: number, all: number): string =>
  drawn < all ? ` ${formatCount(drawn)} of ${formatCount(all)} marks are drawn.` : '';

const opacity = (count: number): number => (count > 1500 ? 0.25 : count > 400 ? 0.4 : 0.65);

const hover = ({ truth, predicted, label }: PredictionPoint): string =>
  `${label ? `<b>${plotText(label)}</b><br>` : ''}true ${formatEuros(truth)}, predicted ${formatEuros(predicted)}`;

/** True price across, predicted price up, both logarithmic; on the diagonal a prediction is right. */
export function scatterPrices(points: readonly PredictionPoint[], title = 'Predicted and true price'): Chart {
  const shown = thinned(points);
  const { low, high } = extent(points.flatMap(({ truth, predicted }) => [truth, predicted]));
  const within = points.filter(({ truth, predicted }) => Math.abs(predicted - truth) <= truth / 2).length;
  const above = points.filter(({ truth, predicted }) => predicted > truth).length;
  const truths = extent(points.map(({ truth }) => truth));
  const guesses = extent(points.map(({ predicted }) => predicted));
  return {
    title,
    alt:
      `${formatCount(points.length)} predictions. True prices run from ${formatEuros(truths.low)} to ${formatEuros(truths.high)}, predicted ones from ` +
      `${formatEuros(guesses.low)} to ${formatEuros(guesses.high)}. ${share(within, points.length)} lie within half of the true price, ${share(above, points.length)} above it.` +
      thinNote(shown.length, points.length),
    traces: [
      diagonal(low, high),
      marks(
        shown,
        ({ truth }) => logPrice(truth),
        ({ predicted }) => logPrice(predicted),
        '@prediction',
      ),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: logPriceAxis('True price', low, high),
      yaxis: logPriceAxis('Predicted price', low, high),
    },
    height: 480,
    narrowHeight: 400,
  };
}

/** Predicted minus true price over the predicted price, in log10 units of (1 + cents): 0 is right, +0.3 twice the price. */
export function residualPlot(points: readonly PredictionPoint[], title = 'Residuals'): Chart {
  const shown = thinned(points);
  const residual = ({ truth, predicted }: PredictionPoint): number => logPrice(predicted) - logPrice(truth);
  const { low, high } = extent(points.map(({ predicted }) => predicted));
  const mean = points.reduce((sum, point) => sum + residual(point), 0) / Math.max(1, points.length);
  const sizes = extent(points.map(residual));
  const factors = [1 / 1000, 1 / 100, 1 / 10, 1 / 3, 1, 3, 10, 100, 1000];
  const ticks = factors.filter(
    (factor) => Math.log10(factor) >= sizes.low - 0.3 && Math.log10(factor) <= sizes.high + 0.3,
  );
  return {
    title,
    alt:
      `${formatCount(points.length)} residuals: on the logarithmic scale predictions are ${Math.abs(mean) < 0.005 ? 'neither too high nor too low' : `too ${mean > 0 ? 'high' : 'low'} by a factor of ${(10 ** Math.abs(mean)).toFixed(2)}`} on average.` +
      thinNote(shown.length, points.length),
    traces: [marks(shown, ({ predicted }) => logPrice(predicted), residual, '@prediction')],
    layout: {
      hovermode: 'closest',
      xaxis: logPriceAxis('Predicted price', low, high),
      yaxis: {
        title: { text: 'Predicted ÷ true price' },
        tickvals: ticks.map(Math.log10),
        ticktext: ticks.map((factor) => (factor < 1 ? `÷ ${Math.round(1 / factor)}` : `× ${factor}`)),
      },
      shapes: [levelLine(0)],
    },
    narrow: { xaxis: logPriceAxis('Predicted price', low, high, true) },
  };
}

const share = (count: number, all: number): string => formatPercent(count / Math.max(1, all));

function marks(
  points: readonly PredictionPoint[],
  x: (point: PredictionPoint) => number,
  y: (point: PredictionPoint) => number,
  colour: string,
): Trace {
  return {
    type: 'scatter',
    mode: 'markers',
    x: points.map(x),
    y: points.map(y),
    customdata: points.map(hover),
    hovertemplate: '%{customdata}<extra></extra>',
    marker: { color: `${colour}/${opacity(points.length)}`, size: 7 },
  };
}
