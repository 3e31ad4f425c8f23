import type { Part, Prediction } from '../core/concepts';
import { ReportError } from '../core/errors';
import { mean } from '../data/numbers';
import { type BootstrapOptions, bootstrapAll, type Interval } from './intervals';
import { type Proportion, proportion } from './proportion';

// Classes are numbers from 0 in the order of their names; row i of a confusion matrix holds the items whose true class is i.

/** How one class does; shares of no items are 0, as in scikit-learn with `zero_division=0`. */
export interface ClassFigures {
  name: string;
  /** Items of this class. */
  support: number;
  /** Items predicted to be of this class. */
  predicted: number;
  /** Share of the items predicted so that are. */
  precision: number;
  /** Share of its items that are predicted so. */
  recall: number;
  /** Harmonic mean of the two. */
  f1: number;
}

/** What is said of predicted classes. Plain JSON; no field is NaN. */
export interface ClassEvaluation {
  count: number;
  confusion: number[][];
  /** With its exact binomial interval. */
  accuracy: Proportion;
  /** Mean recall of the classes that have items, with a bootstrap interval over items. */
  balancedAccuracy: Interval;
  /** Mean F1 of all classes, with a bootstrap interval over items. */
  macroF1: Interval;
  classes: ClassFigures[];
}

/** How many items of each true class were predicted to be of each class. Throws `BAD_INPUT` for what is no class, or lengths that differ. */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): number[][] {
  if (truth.length !== predicted.length) {
    throw new ReportError('BAD_INPUT', `${predicted.length} predictions of ${truth.length}: give all.`);
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const row = matrix[truth[i]!]; // in range
    if (row?.[predicted[i]!] === undefined) {
      throw new ReportError('BAD_INPUT', `Item ${i + 1} has no class from 0 to ${classes - 1}: give one.`);
    }
    row[predicted[i]!]!++;
  }
  return matrix;
}

/** Evaluates the predicted classes of items, one for each. Throws `BAD_INPUT` for no items, lengths that differ, what is no class of `names`, and options out of range. */
export function evaluateClasses(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  names: readonly string[],
  options: BootstrapOptions,
): ClassEvaluation {
  const confusion = confusionMatrix(truth, predicted, names.length);
  const figures = (matrix: number[][]): ClassFigures[] =>
    names.map((name, k) => classFigures(matrix, k, name));
  const pick = (values: ArrayLike<number>, rows: Int32Array): Int32Array => rows.map((row) => values[row]!); // its rows
  const intervals = bootstrapAll(
    truth.length,
    (rows) => {
      const found = figures(confusionMatrix(pick(truth, rows), pick(predicted, rows), names.length));
      return {
        balancedAccuracy: mean(found.filter(({ support }) => support > 0).map(({ recall }) => recall)),
        macroF1: mean(found.map(({ f1 }) => f1)),
      };
    },
    options,
  );
  const correct = confusion.reduce((sum, row, k) => sum + row[k]!, 0); // square
  const accuracy = proportion(correct, truth.length);
  return { count: truth.length, confusion, accuracy, ...intervals, classes: figures(confusion) };
}

function classFigures(confusion: readonly number[][], k: number, name: string): ClassFigures {
  const correct = confusion[k]![k]!; // a class of the matrix, here and below
  const support = confusion[k]!.reduce((a, b) => a + b);
  const predicted = confusion.reduce((sum, row) => sum + row[k]!, 0);
  return {
    name,
    support,
    predicted,
    precision: predicted === 0 ? 0 : correct / predicted,
    recall: support === 0 ? 0 : correct / support,
    f1: support + predicted === 0 ? 0 : (2 * correct) / (support + predicted),
  };
}

/** The class of the largest output, the first of equal ones. */
export function largest(outputs: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < outputs.length; k++) if (outputs[k]! > outputs[best]!) best = k; // in range
  return best;
}

/** The most frequent class of the training items, the first of equal ones: what a prediction that looks at no picture says of every item. */
export function majorityClass(training: ArrayLike<number>, classes: number): number {
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < training.length; i++) counts[training[i]!]!++; // classes of the caller
  return largest(counts);
}

/** Evaluates predictions of test pictures, and the most frequent class of the training pictures for every one of them; `seed` draws the resamples of the intervals. Throws `BAD_INPUT` for no test pictures. */
export function evaluateTest(
  predictions: readonly Prediction<string, { label: string }>[],
  classes: readonly string[],
  seed: number,
) {
  const labels = (part: Part): number[] =>
    predictions.filter((one) => one.part === part).map(({ label }) => classes.indexOf(label));
  const truth = labels('test');
  const predicted = predictions
    .filter(({ part }) => part === 'test')
    .map((one) => classes.indexOf(one.predicted.label));
  const most = majorityClass(labels('training'), classes.length);
  const constant = truth.map(() => most);
  return {
    model: evaluateClasses(truth, predicted, classes, { seed }),
    majority: evaluateClasses(truth, constant, classes, { seed }),
  };
}
