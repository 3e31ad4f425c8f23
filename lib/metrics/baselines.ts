import { median } from '../data/distribution';
import { amounts, mean } from '../data/numbers';
import { evaluate } from './regression';

/** The constant predictions that squared errors (mean) and absolute errors (median) of the training labels are smallest for. Throws `BAD_INPUT`. */
export function fitBaselines(training: ArrayLike<number>) {
  const labels = amounts(training, 'training labels');
  return [
    { name: 'mean' as const, value: mean(labels) },
    { name: 'median' as const, value: median(labels) },
  ];
}

/** Evaluates the baselines of the training labels on the true values of other items. Throws what `evaluate` throws. */
export const evaluateBaselines = (training: ArrayLike<number>, truth: readonly number[]) =>
  fitBaselines(training).map(({ name, value }) => {
    const constant = truth.map(() => value);
    return { name, value, evaluation: evaluate(truth, constant) };
  });
