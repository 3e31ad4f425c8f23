import type { Prediction } from '../core/concepts';
import { type ClassEvaluation, evaluateClasses, majorityClass } from './classes';

/** A model on the test pictures, beside the most frequent class of the training pictures for every one of them. */
export interface TestedClasses {
  model: ClassEvaluation;
  majority: ClassEvaluation;
}

/** Evaluates what a model says of test pictures; `seed` draws the resamples of the intervals. Throws `BAD_INPUT` for no test pictures. */
export function evaluateTest(
  predictions: readonly Prediction<string, { label: string }>[],
  classes: readonly string[],
  seed: number,
): TestedClasses {
  const numbers = (part: string, of: (one: Prediction<string, { label: string }>) => string): number[] =>
    predictions.filter((one) => one.part === part).map((one) => classes.indexOf(of(one)));
  const truth = numbers('test', ({ label }) => label);
  const most = majorityClass(
    numbers('training', ({ label }) => label),
    classes.length,
  );
  return {
    model: evaluateClasses(
      truth,
      numbers('test', ({ predicted }) => predicted.label),
      classes,
      { seed },
    ),
    majority: evaluateClasses(
      truth,
      truth.map(() => most),
      classes,
      { seed },
    ),
  };
}
