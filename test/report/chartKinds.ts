import { random } from '../../lib/core/random';
import { percentiles, quantileGrid } from '../../lib/data/distribution';
import { calibration } from '../../lib/metrics/binary';
import { judgeScores } from '../../lib/metrics/judgedScores';
import { barChart, picturesPerItem } from '../../lib/report/barCharts';
import { precisionRecallChart, reliabilityChart, rocChart } from '../../lib/report/binaryCharts';
import type { Chart } from '../../lib/report/charts';
import { boxplots, quantilePlot } from '../../lib/report/distributionCharts';
import { errorByTrainingItems, errorCurves } from '../../lib/report/errorCurves';
import { histogram } from '../../lib/report/histogram';
import { itemStrips, predictionIntervals } from '../../lib/report/itemCharts';
import { calibrationCurve, predictionScatter } from '../../lib/report/predictionCharts';
import { learningCurves, learningRateCurve } from '../../lib/report/trainingCharts';
import { actualByPrediction, errorByPriceBand } from '../../lib/studies/prices/bands';
import { priceBandErrors } from '../../lib/studies/prices/report/priceCharts';
import { linearPrices, logPrices } from '../../lib/studies/prices/report/priceScale';
import { cents } from '../../lib/studies/prices/units';

const draw = random(1, 'charts');

/** Prices in EUR cents with free games and a heavy tail. */
export const samplePrices = (count: number): number[] =>
  Array.from({ length: count }, () =>
    draw.next() < 0.1 ? 0 : Math.round(Math.exp(6.4 + 0.9 * draw.normal())) + 1,
  );

/** A title such as a table may hold. */
export const hostileTitle = '</script><b>A & "B"</b> \u2028';

const prices = samplePrices(400);
const points = prices.slice(0, 80).map((truth, i) => ({
  truth,
  predicted: 400 + truth / 2,
  label: i === 0 ? hostileTitle : `Game ${i}`,
}));
const groups = [
  { name: 'Training', values: prices.slice(0, 200), colour: '@training' },
  { name: 'Test', values: prices.slice(200), colour: '@test' },
];

const games = points.map((point) => ({ truth: cents(point.truth), predicted: cents(point.predicted) }));
const constant = games.map((game) => ({ ...game, predicted: cents(499) }));

/** Probabilities of items of two classes. */
export const scoredItems = Array.from({ length: 60 }, (_, i) => ({
  score: ((i * 37) % 61) / 60,
  positive: (i * 37) % 61 > 25 + ((i * 11) % 20),
}));
const scored = scoredItems.map((one, i) => ({ ...one, file: `${i}.jpg` }));
const judged = judgeScores(
  'hostile',
  hostileTitle,
  { training: scored, validation: scored, test: scored },
  { missCost: 5, seed: 1 },
);

/** One chart of every kind, small. */
export const chartKinds: Record<string, Chart> = {
  boxplot: boxplots(groups, [linearPrices, logPrices], 'Prices'),
  quantiles: quantilePlot(
    quantileGrid(),
    percentiles(prices, quantileGrid()),
    [
      { value: 6000, label: 'Fixed limit' },
      { value: 9000, label: 'Data-driven limit' },
    ],
    logPrices,
  ),
  histogram: histogram([{ name: 'Games', values: prices }], logPrices, 'Prices'),
  distributions: histogram(groups, logPrices, 'Prices of the parts'),
  picturesPerItem: picturesPerItem([0, 3, 3, 5, 8], ['game', 'games']),
  bars: barChart([hostileTitle], ['Rows'], [[3]], {
    title: 'Rows left out',
    valueLabel: 'Rows',
    categoryLabel: 'Reason',
  }),
  groupedBars: barChart(
    ['Model', 'Median'],
    ['Image', 'Game'],
    [
      [612, 588],
      [701, 701],
    ],
    {
      title: 'Errors',
      valueLabel: 'Mean absolute error (cents)',
      categoryLabel: 'Who guesses',
    },
  ),
  learningCurves: learningCurves(
    [
      { measure: 'Loss', training: [3, 2, 1.5], validation: [3.2, 2.5, 2.6] },
      { measure: 'Mean absolute error', training: [1, 0.8, 0.7], validation: [1.1, 0.9, 0.95] },
    ],
    2,
  ),
  learningRates: learningRateCurve({
    points: [3, 2.9, 2.2, 1.6, 1.5, 4].map((loss, i) => ({
      learningRate: 1e-5 * 10 ** i,
      loss: loss + 0.1 * (i % 2),
      smoothed: loss,
    })),
    suggestion: 1e-3,
    diverged: true,
  }),
  scatter: predictionScatter(points, logPrices, 'Predicted and true price'),
  errorByPictures: errorCurves(
    [{ points: [1, 2, 3].map((count) => ({ count, error: 500 + 90 / count, low: 480, high: 620 })) }],
    [{ label: 'Median price', error: 700 }],
    linearPrices,
    { counted: ['picture', 'pictures'] },
  ),
  intervals: predictionIntervals(
    points.slice(0, 30).map((point, i) => ({
      title: point.label,
      truth: point.truth,
      predicted: point.predicted,
      low: cents(point.predicted / 2),
      high: i === 3 ? null : cents(point.predicted * 2),
    })),
    0.9,
    logPrices,
  ),
  errorByAveraging: errorCurves(
    ['mean', 'median', 'trimmed mean'].map((name, k) => ({
      name,
      points: [1, 2, 3, 4].map((count) => ({ count, error: 500 + (90 + 10 * k) / count })),
    })),
    [{ label: 'Median price', error: 700 }],
    linearPrices,
    { counted: ['picture', 'pictures'] },
  ),
  errorByTrainingGames: errorByTrainingItems(
    [16, 32, 64, 128].map((count) => ({ count, error: 500 + 2000 / count, low: 480, high: 700 })),
    [{ label: 'Median price', error: 700 }],
    linearPrices,
  ),
  priceBands: priceBandErrors(errorByPriceBand(games), {
    label: 'median price',
    bands: errorByPriceBand(constant),
  }),
  calibration: calibrationCurve(
    actualByPrediction(games, { seed: 1, resamples: 50 }),
    logPrices,
    'Predicted prices and what such games cost',
  ),
  strip: itemStrips(
    [
      { title: hostileTitle, truth: 0, predicted: 300, images: [{ predicted: 250 }, { predicted: 350 }] },
      { title: 'Same title', truth: 1999, predicted: 900, images: [{ predicted: 800 }, { predicted: 1000 }] },
      { title: 'Same title', truth: 999, predicted: 901, images: [{ predicted: 800 }, { predicted: 1002 }] },
    ],
    logPrices,
    'Predictions per game',
  ),
  roc: rocChart([judged, judged]),
  precisionRecall: precisionRecallChart([judged]),
  reliability: reliabilityChart(calibration(scoredItems), hostileTitle),
};
