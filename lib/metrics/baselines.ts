import { median } from '../data/distribution';
import { amounts, mean } from '../data/numbers';
import { type Evaluation, evaluate } from './regression';

/** A prediction that looks at no picture: the same value for every item. */
export interface Baseline {
  name: 'mean' | 'median';
  value: number;
}

/** The constant predictions that squared errors (mean) and absolute errors (median) of the training labels are smallest for. Throws `BAD_INPUT`. */
export function fitBaselines(training: ArrayLike<number>): Baseline[] {
  const labels = amounts(training, 'training labels');
  return [
    { name: 'mean', value: mean(labels) },
    { name: 'median', value: median(labels) },
  ];
}

/** A baseline and how it does. */
export type BaselineResult = Baseline & { evaluation: Evaluation };

/** Evaluates the baselines of the training labels on the true values of other items. Throws what `evaluate` throws. */
export const evaluateBaselines = (training: ArrayLike<number>, truth: readonly number[]): BaselineResult[] =>
  fitBaselines(training).map(({ name, value }) => {
    const constant = truth.map(() => value);
    return { name, value, evaluation: evaluate(truth, constant) };
  });
