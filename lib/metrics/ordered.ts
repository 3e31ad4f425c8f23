import { type ClassEvaluation, confusionMatrix, evaluateClasses } from './classes';
import { type BootstrapOptions, bootstrapAll, type Interval } from './intervals';
import { type Proportion, proportion } from './proportion';

/** What is said of predicted classes that have an order. Plain JSON. */
export interface OrderedEvaluation extends ClassEvaluation {
  /** With a bootstrap interval over items. */
  kappa: Interval;
  /** Items that are put two classes or more away from their own. */
  jumps: Proportion;
}

/** Quadratic weighted kappa (Cohen, 1968): 1 for no error, 0 for what frequencies alone would give, and for one class only. */
export function quadraticKappa(confusion: readonly (readonly number[])[]): number {
  const rows = confusion.map((row) => row.reduce((a, b) => a + b, 0));
  const columns = confusion.map((_, k) => confusion.reduce((sum, row) => sum + row[k]!, 0)); // square, as below
  const count = rows.reduce((a, b) => a + b, 0);
  let found = 0;
  let expected = 0;
  confusion.forEach((row, i) => {
    row.forEach((cell, j) => {
      found += (i - j) ** 2 * cell;
      expected += ((i - j) ** 2 * rows[i]! * columns[j]!) / count;
    });
  });
  return expected === 0 ? 0 : 1 - found / expected;
}

/** `evaluateClasses` for `names` in their order, with what the order adds. Throws what that throws. */
export function evaluateOrdered(
  said: readonly { label: string; predicted: { label: string } }[],
  names: readonly string[],
  options: BootstrapOptions,
): OrderedEvaluation {
  const truth = said.map(({ label }) => names.indexOf(label));
  const predicted = said.map((one) => names.indexOf(one.predicted.label));
  const evaluation = evaluateClasses(truth, predicted, names, options);
  const { kappa } = bootstrapAll(
    truth.length,
    (rows) => {
      const of = (values: ArrayLike<number>): Int32Array => rows.map((row) => values[row]!); // one of them
      return { kappa: quadraticKappa(confusionMatrix(of(truth), of(predicted), names.length)) };
    },
    options,
  );
  const jumps = truth.filter((own, i) => Math.abs(own - predicted[i]!) > 1).length; // one for each
  return { ...evaluation, kappa, jumps: proportion(jumps, truth.length) };
}
