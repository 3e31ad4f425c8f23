import { ReportError } from '../core/errors';
import { fitBaselines } from './baselines';
import {
  compareHeadlines,
  type Headline,
  headline,
  type PairedComparison,
  type PredictedRow,
} from './headline';
import type { BootstrapOptions } from './intervals';

/** A model by its name, with the value it predicts for each test item. */
export interface ModelPredictions {
  name: string;
  predicted: ReadonlyMap<string, number>;
}

/** How a model does on the test items. Plain JSON. */
export interface ModelResult {
  name: string;
  headline: Headline;
  /** Beside the median of the training labels; null for that itself. */
  versusMedian: PairedComparison | null;
}

/**
 * Judges models on the same items and the same resamples of them, behind the two that look at no picture: the mean and the median of the
 * training labels, each for every item, by the names given. `truth` names the test items; what a model predicts for others is not looked
 * at. Throws `BAD_INPUT` for a test item that a model does not predict, and what `headline` throws.
 */
export function compareModels(
  truth: ReadonlyMap<string, number>,
  models: readonly ModelPredictions[],
  training: ArrayLike<number>,
  names: Record<'mean' | 'median', string>,
  options: BootstrapOptions,
): ModelResult[] {
  const ids = [...truth.keys()];
  const constant = fitBaselines(training).map(({ name, value }) => ({
    name: names[name],
    values: ids.map(() => value),
  }));
  const median = constant[1]!.values; // fitBaselines gives these two, in this order
  const seeing = models.map((model) => ({ name: model.name, values: ids.map((id) => valueFor(model, id)) }));
  return [...constant, ...seeing].map(({ name, values }) => {
    const rows = ids.map((id, i): PredictedRow => ({ id, truth: truth.get(id)!, predicted: values[i]! })); // one for each
    return {
      name,
      headline: headline(rows, options),
      versusMedian: values === median ? null : compareHeadlines(rows, median, options),
    };
  });
}

function valueFor({ name, predicted }: ModelPredictions, id: string): number {
  const value = predicted.get(id);
  if (value !== undefined) return value;
  throw new ReportError(
    'BAD_INPUT',
    `The model "${name}" has no prediction for ${id}: compare models on items that all of them predict.`,
  );
}
