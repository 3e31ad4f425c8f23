import { median } from '../data/distribution';
import { amounts, mean } from '../data/numbers';
import type { TargetScaler } from '../studies/prices/target';
import { type Cents, cents } from '../studies/prices/units';
import { type Evaluation, evaluate } from './metrics';

/** A prediction that looks at no picture: the same price, in EUR cents, for every game. */
export interface Baseline {
  name: 'mean' | 'median';
  price: Cents;
}

/** The constant predictions that squared errors (mean) and absolute errors (median) of the training prices are smallest for.
 * Throws `BAD_INPUT` for no prices and for one that is negative or not finite. */
export function fitBaselines(trainingPrices: ArrayLike<number>): Baseline[] {
  const prices = amounts(trainingPrices, 'training prices');
  return [
    { name: 'mean', price: cents(mean(prices)) },
    { name: 'median', price: cents(median(prices)) },
  ];
}

/** A baseline and how it does. */
export interface BaselineResult extends Baseline {
  evaluation: Evaluation;
}

/** Evaluates each baseline against the same true prices (EUR cents) and `standardized` scaler as a model. Throws what `evaluate`
 * throws. */
export const evaluateBaselines = (
  baselines: readonly Baseline[],
  truth: readonly Cents[],
  scaler: TargetScaler,
): BaselineResult[] =>
  baselines.map((baseline) => ({
    ...baseline,
    evaluation: evaluate(
      truth,
      truth.map(() => baseline.price),
      scaler,
    ),
  }));
