import { allIntervalFigures, intervalFigures, type Results } from '../../../core/results';
import type { Headline, HeadlineMetric, ModelResult } from '../../../metrics/headline';
import type { Interval } from '../../../metrics/intervals';
import type { Proportion } from '../../../metrics/proportion';
import { formatCount, formatInterval, formatNumber, formatPercent, NONE } from '../../../report/format';
import type { Columns } from '../../../report/tables';
import { modelNames } from '../modelNames';
import { formatPrice } from '../units';

type Format = (value: number) => string;

/** A number with so many decimals: what rounds to 0 is 0. */
export const decimals =
  (count: number): Format =>
  (value) =>
    formatNumber(Math.abs(value) < 10 ** -count / 2 ? 0 : value, count);

/** The headline metrics in their order: how they read, and their names in results.json. */
const metrics: Record<HeadlineMetric, readonly [measure: string, figure: string, format: Format]> = {
  mse: ['MSE, cents squared', 'mse_cents', formatCount],
  mae: ['MAE', 'mae_cents', formatPrice],
  rmse: ['RMSE', 'rmse_cents', formatPrice],
  medianAe: ['Median absolute error', 'median_ae_cents', formatPrice],
  r2: ['R² of prices', 'r2', decimals(3)],
  r2Log: ['R² of log prices', 'r2_log', decimals(3)],
  spearman: ['Rank correlation (Spearman)', 'spearman', decimals(3)],
  within25: ['Within ±25% of the price', 'within_25', formatPercent],
  within50: ['Within ±50% of the price', 'within_50', formatPercent],
};
const metricNames = Object.keys(metrics) as HeadlineMetric[]; // its keys

/** Every headline metric with its interval, per game and per picture. */
export const headlineRows = (game: Headline, image: Headline) =>
  metricNames.map((metric) => {
    const [measure, , format] = metrics[metric];
    return {
      measure,
      game: formatInterval(game[metric], format),
      image: formatInterval(image[metric], format),
    };
  });

/** The columns of `headlineRows`. */
export const headlineColumns: Columns<ReturnType<typeof headlineRows>[number]> = {
  measure: 'Measure',
  game: 'Per game',
  image: 'Per picture',
};

/** The models with their intervals, and how their errors compare with that of the median price. */
export const modelRows = (results: readonly ModelResult[]) =>
  results.map(({ name, headline, versusMedian }) => ({
    ...{ ...headline, name },
    difference: versusMedian?.difference ?? null,
  }));

/** How many of the models on the same games are off by less than the report's own. */
export function aheadWords(results: readonly ModelResult[]): string {
  const ours = results.find(({ name }) => name === modelNames.ours)?.headline.mae.estimate ?? 0;
  return `${results.filter(({ headline }) => headline.mae.estimate < ours).length} of ${results.length - 1} others are off by less than this model`;
}

const within =
  (format: Format) =>
  (interval: Interval | null): string =>
    interval ? formatInterval(interval, format) : NONE;

/** The columns of `modelRows`. */
export const modelRowColumns: Columns<ReturnType<typeof modelRows>[number]> = {
  name: 'Model',
  mae: ['MAE', within(formatPrice)],
  difference: ['Minus the median’s MAE', within(formatPrice)],
  r2Log: ['R² of log prices', within(decimals(2))],
  within50: ['Within ±50%', within((share) => formatPercent(share, 0))],
};

/** A headline for results.json: `test.game.mae_cents`, `test.game.mae_cents.low`, `test.game.mae_cents.high`, … for `test.game`. */
export const headlineFigures = (level: string, headline: Headline): Results =>
  allIntervalFigures(
    `${level}.`,
    Object.fromEntries(metricNames.map((metric) => [metrics[metric][1], headline[metric]])),
  );

/** The models' mean absolute errors for results.json (`baseline.median.mae_cents`, …), and how the report's own differs from the median's. */
export function modelFigures(models: readonly ModelResult[]): Results {
  const figures = models.flatMap(({ name, headline, versusMedian }): [string, Interval][] => {
    const place = modelPlaces.get(name);
    if (place) return [[`${place}.mae_cents`, headline.mae]];
    return name === modelNames.ours && versusMedian
      ? [['test.game.minus_median.mae_cents', versusMedian.difference]]
      : [];
  });
  return allIntervalFigures('', Object.fromEntries(figures));
}

/** Where the models' errors stand in results.json; the report's own is `test.game`. */
const modelPlaces: ReadonlyMap<string, string> = new Map([
  [modelNames.mean, 'baseline.mean'],
  [modelNames.median, 'baseline.median'],
  [modelNames.colours, 'baseline.ridge_colours'],
  [modelNames.base, 'baseline.ridge_base'],
  [modelNames.perfect, 'baseline.perfect_reader'],
  [modelNames.original, 'original.game'],
  [modelNames.refitted, 'original.game.refitted'],
]);

/** For which share of the prices prediction intervals were made, and which share of those of test games they hold, for results.json. */
export const coverageFigures = (confidence: number, covered: Proportion): Results => ({
  'intervals.confidence': confidence,
  ...intervalFigures('test.coverage', covered),
});
