import { random } from '../core/random';
import { gather } from '../data/numbers';
import { byId } from '../data/split';
import type { Classifier } from './kernelRidge';
import { fitLogistic, predictLogistic } from './logistic';

/** The fold of each row, from 0: rows of one item lie in one fold, and items are dealt class by class, whatever their order. */
export function dealFolds(
  items: readonly string[],
  labels: readonly number[],
  { folds, seed }: { folds: number; seed: number },
): number[] {
  const classOf = new Map<string, number>();
  items.forEach((item, row) => {
    if (!classOf.has(item)) classOf.set(item, labels[row]!); // one for each row
  });
  const { shuffle } = random(seed, 'folds');
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const dealt = classes.flatMap((label) =>
    shuffle([...classOf.keys()].filter((item) => classOf.get(item) === label).sort(byId)),
  );
  const foldOf = new Map(dealt.map((item, i) => [item, i % folds]));
  return items.map((item) => foldOf.get(item)!); // an item of some class
}

/** Fits a classifier to rows of features and the classes of these rows. */
export type FitClassifier = (
  features: Float32Array,
  labels: readonly number[],
  classes: number,
) => Classifier | Promise<Classifier>;

/** Logistic regression as a classifier, with the options of `fitLogistic`. */
export const logisticWith =
  (options: Parameters<typeof fitLogistic>[3] = {}): FitClassifier =>
  async (features, labels, classes) => {
    const model = await fitLogistic(features, labels, classes, options);
    return (asked) => predictLogistic(model, asked);
  };

/** Logistic regression as a classifier. */
export const logistic = logisticWith();

/** The probabilities of each row by a classifier that knows the rows of all other folds; `features` is `[rows, dims]`. */
export async function outOfFold(
  features: Float32Array,
  labels: readonly number[],
  classes: number,
  foldOf: readonly number[],
  train = logistic,
): Promise<number[][]> {
  const dims = features.length / labels.length;
  const found = new Array<number[]>(labels.length);
  for (const fold of new Set(foldOf)) {
    const [own, others] = [true, false].map((inside) =>
      labels.flatMap((_, row) => ((foldOf[row] === fold) === inside ? [row] : [])),
    ) as [number[], number[]]; // two sides
    const known = others.map((row) => labels[row]!); // a row
    const classifier = await train(gather(features, dims, others), known, classes);
    const said = classifier(gather(features, dims, own));
    own.forEach((row, i) => {
      found[row] = said[i]!; // one for each
    });
  }
  return found;
}
