import { ReportError } from '../core/errors';
import {
  compareHeadlines,
  type Headline,
  headline,
  type PairedComparison,
  type PricedRow,
} from '../studies/prices/headline';
import type { Cents } from '../studies/prices/units';
import { fitBaselines } from './baselines';
import type { BootstrapOptions } from './intervals';

/** A model by its name, with the price (EUR cents) it predicts for each test game. */
export interface ModelPredictions {
  name: string;
  predicted: ReadonlyMap<string, Cents>;
}

/** How a model does on the test games. A plain record that can be kept as JSON. */
export interface ModelResult {
  name: string;
  headline: Headline;
  /** Beside the median of the training prices; null for that itself. */
  versusMedian: PairedComparison | null;
}

/** What the models of the report are called in tables and charts. */
export const modelNames = {
  mean: 'mean of the training prices',
  median: 'median of the training prices',
  colours: 'ridge on colour histograms',
  base: 'ridge on base features',
  perfect: 'a perfect reader of the pictures',
  original: "the original's setting",
  refitted: "the original's, scaler fitted to the test",
  ours: 'this model',
} as const;

/**
 * Judges models on the same games and the same resamples of them, behind the two that look at no picture: the mean and the median of the
 * training prices (EUR cents), each for every game. `truth` names the test games; what a model predicts for others is not looked at.
 * Throws `BAD_INPUT` for a test game that a model does not predict, and what `headline` throws.
 */
export function compareModels(
  truth: ReadonlyMap<string, Cents>,
  models: readonly ModelPredictions[],
  trainingPrices: ArrayLike<number>,
  options: BootstrapOptions,
): ModelResult[] {
  const games = [...truth.keys()];
  const [mean, median] = fitBaselines(trainingPrices).map(({ price }) => games.map(() => price)) as [
    Cents[],
    Cents[],
  ]; // fitBaselines gives these two, in this order
  const contestants = [
    { name: modelNames.mean, prices: mean },
    { name: modelNames.median, prices: median },
    ...models.map((model) => ({ name: model.name, prices: games.map((id) => priceOf(model, id)) })),
  ];
  return contestants.map(({ name, prices }) => {
    const rows = games.map(
      (id, i): PricedRow => ({ id, truth: truth.get(id)!, predicted: prices[i]! }), // one for each game
    );
    return {
      name,
      headline: headline(rows, options),
      versusMedian: prices === median ? null : compareHeadlines(rows, median, options),
    };
  });
}

function priceOf({ name, predicted }: ModelPredictions, id: string): Cents {
  const price = predicted.get(id);
  if (price !== undefined) return price;
  throw new ReportError(
    'BAD_INPUT',
    `The model "${name}" has no prediction for game ${id}: compare models on games that all of them predict.`,
  );
}
