import { largest, smallest } from '../../../core/extremes';
import { partFigures, type Results } from '../../../core/results';
import { describe } from '../../../data/distribution';
import type { ImageStore } from '../../../images/store';
import { type Headline, headline, type ModelResult } from '../../../metrics/headline';
import type { Proportion } from '../../../metrics/proportion';
import { banner } from '../../../report/banner';
import { formatInterval, formatNumber, formatPercent } from '../../../report/format';
import { encodeSquare } from '../../../report/gallery';
import { thinned } from '../../../report/predictionCharts';
import type { Comparison } from '../../../report/tables';
import { errorByPriceBand } from '../bands';
import type { Selection } from '../games';
import { findImprobableSuccess, type Judgement, type PriceEvaluation } from '../judgement';
import type { ReportModel } from '../reportModel';
import type { PricePrediction } from '../target';
import { type AppId, formatPrice, inEuros } from '../units';
import { coverageFigures, decimals, headlineFigures, modelFigures } from './headlines';
import { original } from './original';

type Errors = keyof typeof original.test & keyof PriceEvaluation;

/** How the errors that the original reports read. */
const errors: readonly (readonly [measure: string, error: Errors, format: (value: number) => string])[] = [
  ['MSE, standardized', 'mseStandardized', decimals(3)],
  ['MAE, standardized', 'maeStandardized', decimals(3)],
  ['MSE, cents squared', 'mse', decimals(0)],
  ['MAE', 'mae', formatPrice],
  ['RMSE', 'rmse', formatPrice],
];

/** The errors that the original reports, beside those of an evaluation. */
export const errorRows = (found: PriceEvaluation): Comparison[] =>
  errors.map(([measure, error, format]) => ({
    ...{ measure, ours: found[error], format },
    original: format === formatPrice ? inEuros(original.test[error]) : original.test[error],
  }));

const statistics = {
  ...{ count: 'Count', mean: 'Mean', median: 'Median', min: 'Minimum', max: 'Maximum' },
  deviation: 'Standard deviation',
} as const;

/** Count, mean, median, minimum, maximum and standard deviation of predicted prices in EUR cents, beside the original's. */
export function summaryRows(predicted: readonly number[]): Comparison[] {
  const ours = describe(predicted);
  return (Object.keys(statistics) as (keyof typeof statistics)[]).map((name) => ({
    ...{
      measure: statistics[name],
      ours: ours[name],
      original: original.predictions[name],
      format: decimals(2),
    },
  }));
}

/** Pictures that a chart shows when one of its marks is pointed at, at most: a page carries each of them. */
const POINTED = 600;

/** The predictions of test pictures as marks of a chart, with the pictures themselves; of many every n-th. */
export function picturePoints(
  test: readonly PricePrediction[],
  titles: ReadonlyMap<AppId, string>,
  store: ImageStore,
) {
  const pointed = new Set(thinned(test, POINTED));
  return Promise.all(
    test.map(async (one) => ({
      ...{ truth: one.label, predicted: one.predicted.price, label: titles.get(one.id) },
      ...(pointed.has(one) && { picture: await encodeSquare(store.readOne(one.image), store.size) }),
    })),
  );
}

/** Every measure of the test pictures, with intervals by bootstrap over games: their pictures are not independent. */
export const pictureHeadline = (test: readonly PricePrediction[], seed: number): Headline =>
  headline(
    test.map(({ id, label, predicted }) => ({ id, truth: label, predicted: predicted.price })),
    { seed },
  );

/** Why the predictions may not be believed, as the warnings of results.json; null for what was not found. */
export function findDoubts(
  { game, collapse }: Judgement,
  { generated }: Selection,
): Record<'warning.collapse' | 'warning.improbable', string | null> {
  return {
    'warning.collapse': collapse,
    'warning.improbable': generated ? null : findImprobableSuccess(game),
  };
}

/** Shows each doubt as a warning, or that there is none. */
export function showDoubts(doubts: ReturnType<typeof findDoubts>, { game }: Judgement): void {
  const found = Object.values(doubts).flatMap((text) => text ?? []);
  for (const doubt of found) banner('warning', 'Not to be believed', doubt);
  if (found.length > 0) return;
  const spread = `${formatPercent(game.spreadRatio)} (their logarithms ${formatPercent(game.spreadRatioLog)})`;
  banner('note', 'Neither was found', `Predicted prices spread ${spread} as widely as true ones.`);
}

/** What notebook 7 found on the test games. */
export interface TestResults extends Pick<Judgement, 'image' | 'game' | 'games' | 'baselines' | 'collapse'> {
  perGame: Headline;
  perPicture: Headline;
  models: readonly ModelResult[];
  covered: Proportion;
}

/** Errors in the units of the scaler and the spread, under names that begin with `level` (`test.game`). */
const scaleFigures = (level: string, found: PriceEvaluation): Results => ({
  [`${level}.mse_standardized`]: found.mseStandardized,
  [`${level}.mae_standardized`]: found.maeStandardized,
  [`${level}.spread_log`]: found.spreadRatioLog,
});

/** The figures of notebook 7 for results.json. */
export const testFigures = ({ calibration }: ReportModel, found: TestResults): Results => ({
  ...scaleFigures('test.image', found.image),
  ...scaleFigures('test.game', found.game),
  ...headlineFigures('test.image', found.perPicture),
  ...headlineFigures('test.game', found.perGame),
  ...modelFigures(found.models),
  ...coverageFigures(calibration.confidence, found.covered),
  'test.game.better_than_median_share': 1 - found.game.mae / medianOf(found).evaluation.mae,
  ...againstFigures(found),
});

/** The median of the training prices, given to every game. */
const medianOf = ({ baselines }: Pick<Judgement, 'baselines'>): Judgement['baselines'][number] =>
  baselines.find(({ name }) => name === 'median')!; // one of the two

/** The errors in bands of the price beside those of the median, and how far prices and predictions reach. */
function againstFigures({ games, baselines }: Pick<Judgement, 'games' | 'baselines'>): Results {
  const { value } = medianOf({ baselines });
  const without = errorByPriceBand(games.map((game) => ({ ...game, predicted: value })));
  const bands = errorByPriceBand(games).map(({ low, high, mae }, i) => {
    const name = low === high ? formatPrice(low) : `${formatPrice(low)} to ${formatPrice(high)}`;
    return { name, value: mae, baseline: without[i]!.mae }; // bands of the same prices
  });
  const ends = (kind: 'truth' | 'predicted', name: string): Results => ({
    [`range.${name}.low`]: smallest(games.map((game) => game[kind])),
    [`range.${name}.high`]: largest(games.map((game) => game[kind])),
  });
  return { ...partFigures('price band', bands), ...ends('truth', 'true'), ...ends('predicted', 'predicted') };
}

/** What notebook 7 found, a sentence each. */
export function testFindings(
  { calibration }: ReportModel,
  { game, games, baselines, perGame, models, covered, collapse }: TestResults,
): string[] {
  const prices = games.map(({ predicted }) => predicted);
  const median = medianOf({ baselines }).evaluation.mae;
  const gain = 1 - game.mae / median;
  const { difference } = models.at(-1)!.versusMedian!; // the report's own model
  return [
    `Per game the model is off by **${formatInterval(perGame.mae, formatPrice)}** on average; giving every game the training median is off by ${formatPrice(median)}: the model is **${formatPercent(Math.abs(gain))} ${gain > 0 ? 'better' : 'worse'}** (difference ${formatInterval(difference, formatPrice)}).`,
    `It explains **${formatPercent(Math.max(0, game.r2Log))}** of the variance of log prices (R² ${formatNumber(game.r2Log, 3)}) and orders games with a rank correlation of ${formatNumber(game.spearman, 2)}.`,
    `The ${formatPercent(calibration.confidence, 0)} intervals hold the price of ${formatInterval(covered, formatPercent)} of the test games.`,
    collapse ??
      `**Against it:** predictions for games run from ${formatPrice(smallest(prices))} to ${formatPrice(largest(prices))}, prices to ${formatPrice(largest(games.map(({ truth }) => truth)))}.`,
  ];
}
