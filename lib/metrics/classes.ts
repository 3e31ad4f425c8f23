import type { Part, Prediction } from '../core/concepts';
import { ReportError } from '../core/errors';
import { argMax } from '../core/extremes';
import { clusters } from './clusters';
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

const shares = ['precision', 'recall', 'f1'] as const;
type Share = (typeof shares)[number];
type Shares<T> = Record<Share, T>;

export interface EvaluationOptions extends BootstrapOptions {
  /** What each row is of, such as a title: resamples draw these whole. Default: each row stands for itself. */
  items?: readonly string[] | undefined;
}

/** What is said of predicted classes. Plain JSON; no field is NaN. */
export interface ClassEvaluation {
  count: number;
  confusion: number[][];
  /** With its exact binomial interval, or one by bootstrap where rows are of fewer items. */
  accuracy: Proportion;
  /** Mean recall of the classes that have items, with a bootstrap interval, as all that follow. */
  balancedAccuracy: Interval;
  /** Mean F1 of all classes. */
  macroF1: Interval;
  classes: (ClassFigures & { intervals: Shares<Interval> })[];
  /** Means over classes, all alike and by their support. */
  macro: Shares<Interval>;
  weighted: Shares<Interval>;
}

/** How many items of each true class were predicted to be of each class, each counted `times`. Throws `BAD_INPUT`. */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  times?: ArrayLike<number>,
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
    row[predicted[i]!]! += times?.[i] ?? 1;
  }
  return matrix;
}

/** Evaluates the predicted classes of items, one for each. Throws `BAD_INPUT`. */
export function evaluateClasses(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  names: readonly string[],
  { items, ...options }: EvaluationOptions,
): ClassEvaluation {
  const confusion = confusionMatrix(truth, predicted, names.length);
  const figures = (matrix: number[][]): ClassFigures[] =>
    names.map((name, k) => classFigures(matrix, k, name));
  const { count, drawsOf } = clusters(items ?? Array.from(truth, (_, i) => String(i)));
  const intervals = bootstrapAll<string>(
    count,
    (drawn) => {
      const { times } = drawsOf(drawn);
      const matrix = confusionMatrix(truth, predicted, names.length, times);
      const found = figures(matrix);
      const all = found.reduce((sum, { support }) => sum + support, 0);
      const mean = (share: Share, weight: (one: ClassFigures) => number): number =>
        found.reduce((sum, one) => sum + weight(one) * one[share], 0);
      const named = shares.flatMap((share) => [
        ...found.map((one, k) => [`${k} ${share}`, one[share]] as const),
        [`macro ${share}`, mean(share, () => 1 / found.length)] as const,
        [`weighted ${share}`, mean(share, ({ support }) => support / all)] as const,
      ]);
      const present = found.filter(({ support }) => support > 0).length;
      return {
        accuracy: correctIn(matrix) / all,
        balancedAccuracy: mean('recall', ({ support }) => Number(support > 0) / present),
        ...(Object.fromEntries(named) as Record<string, number>), // as listed
      };
    },
    options,
  );
  const interval = (name: string): Interval => intervals[name]!; // one for each name above
  const ofShares = (name: string | number): Shares<Interval> => ({
    precision: interval(`${name} precision`),
    recall: interval(`${name} recall`),
    f1: interval(`${name} f1`),
  });
  const exact = proportion(correctIn(confusion), truth.length, options.confidence);
  const { low, high } = items ? interval('accuracy') : exact;
  return {
    count: truth.length,
    confusion,
    accuracy: { ...exact, low, high },
    balancedAccuracy: interval('balancedAccuracy'),
    macroF1: interval('macro f1'),
    classes: figures(confusion).map((one, k) => ({ ...one, intervals: ofShares(k) })),
    macro: ofShares('macro'),
    weighted: ofShares('weighted'),
  };
}

const correctIn = (confusion: readonly number[][]): number =>
  confusion.reduce((sum, row, k) => sum + row[k]!, 0); // square

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

/** The most frequent class of the training items, the first of equal ones: what a prediction that looks at no picture says of every item. */
export function majorityClass(training: ArrayLike<number>, classes: number): number {
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < training.length; i++) counts[training[i]!]!++; // classes of the caller
  return argMax(counts);
}

/** Evaluates predictions of test pictures beside the most frequent class of the training pictures. Throws `BAD_INPUT` for none. */
export function evaluateTest(
  predictions: readonly Prediction<string, { label: string }>[],
  classes: readonly string[],
  seed: number,
  itemOf?: (id: string) => string,
) {
  const labels = (part: Part): number[] =>
    predictions.filter((one) => one.part === part).map(({ label }) => classes.indexOf(label));
  const truth = labels('test');
  const tested = predictions.filter(({ part }) => part === 'test');
  const predicted = tested.map((one) => classes.indexOf(one.predicted.label));
  const most = majorityClass(labels('training'), classes.length);
  const options = { seed, items: itemOf && tested.map(({ id }) => itemOf(id)) };
  return {
    model: evaluateClasses(truth, predicted, classes, options),
    majority: evaluateClasses(
      truth,
      truth.map(() => most),
      classes,
      options,
    ),
  };
}
