import { intervalFigures, type Results } from '../../core/results';
import { evaluateOrdered, type OrderedEvaluation } from '../../metrics/ordered';
import { proportion } from '../../metrics/proportion';
import { percentInterval } from '../../report/binaryCharts';
import { formatInterval, formatNumber, formatPercent } from '../../report/format';
import { table } from '../../report/tables';
import type { CrossValidated } from '../../training/crossValidation';
import type { Look } from '../../training/looks';
import { classes } from './data';

/** A model that was judged on faces that it has not learnt from. */
export interface Judged extends CrossValidated {
  /** Before its figures in results.json, such as `cnn`. */
  name: string;
  title: string;
  look: Look;
  evaluation: OrderedEvaluation;
}

const numbers = (labels: readonly string[]): number[] =>
  labels.map((label) => (classes as readonly string[]).indexOf(label));

/** Evaluates what was predicted of faces. */
export const evaluateFaces = (
  tested: readonly { label: string; predicted: { label: string } }[],
  seed: number,
): OrderedEvaluation =>
  evaluateOrdered(
    numbers(tested.map(({ label }) => label)),
    numbers(tested.map(({ predicted }) => predicted.label)),
    classes,
    { seed },
  );

/** What results.json says of an evaluation, under names that begin with `prefix`. */
export const evaluationFigures = (prefix: string, found: OrderedEvaluation): Results => ({
  ...intervalFigures(`${prefix}cv.accuracy`, found.accuracy),
  ...intervalFigures(`${prefix}cv.balanced_accuracy`, found.balancedAccuracy),
  ...intervalFigures(`${prefix}cv.kappa`, found.kappa),
  [`${prefix}cv.macro_f1`]: found.macroF1.estimate,
  [`${prefix}cv.jumps`]: found.jumps.share,
  [`${prefix}cv.faces`]: found.count,
});

/** The one that is right most often at least: by the lower end of the interval of its accuracy, so that luck on few faces does not choose. `all` must not be empty. */
export const bestOf = (all: readonly Judged[]): Judged =>
  all.reduce((best, one) => (one.evaluation.accuracy.low > best.evaluation.accuracy.low ? one : best));

/** The mean binary cross-entropy of probabilities, and the share of them on the right side of one half: what Keras reports of three classes when it is told that they are two. */
export function binaryClaims(
  tested: readonly { label: string; predicted: { probabilities: readonly number[] } }[],
): { loss: number; accuracy: number } {
  let [loss, right] = [0, 0];
  for (const { label, predicted } of tested) {
    predicted.probabilities.forEach((probability, k) => {
      const own = classes[k] === label;
      loss -= Math.log(Math.max(1e-7, own ? probability : 1 - probability)); // Keras' epsilon
      right += Number(probability > 0.5 === own);
    });
  }
  const count = tested.length * classes.length;
  return { loss: loss / count, accuracy: right / count };
}

/** Shows models side by side, on faces that none of them has learnt from. */
export function judgedTable(all: readonly Judged[], caption: string): void {
  const rows = all.map(({ title, models, evaluation }) => ({
    ...{ title, folds: models.length, faces: evaluation.count },
    ...{ accuracy: evaluation.accuracy, balanced: evaluation.balancedAccuracy },
    ...{ kappa: evaluation.kappa, jumps: evaluation.jumps.share },
  }));
  table(
    rows,
    {
      ...{ title: 'Model', folds: 'Folds', faces: 'Test faces', accuracy: ['Accuracy', percentInterval] },
      balanced: ['Balanced accuracy', percentInterval],
      kappa: ['Quadratic kappa', (figure) => formatInterval(figure, formatNumber)],
      jumps: ['Jump two classes', formatPercent],
    },
    {
      ...{ caption, rowHeadings: true },
      note: 'In brackets 95% intervals, exact for accuracy, else by bootstrap over faces. They do not hold that other training faces would have given other models.',
    },
  );
}

/** What is said without a look at a face, on the test faces of another model: of each the most frequent class among them. */
export function majorityOf(other: Judged, seed: number): Judged {
  const count = (name: string): number => other.tested.filter(({ label }) => label === name).length;
  const label = classes.reduce((most, name) => (count(name) > count(most) ? name : most));
  const tested = other.tested.map((one) => ({ ...one, predicted: { label, probabilities: [] } }));
  const named = { name: 'baseline.majority', title: 'The most frequent class' };
  return { ...other, ...named, tested, evaluation: evaluateFaces(tested, seed) };
}

/** How often a model is right about the faces of each group that a column of the table names. Groups of fewer than ten faces are left out. */
export function groupAccuracy({ tested }: Pick<Judged, 'tested'>, groupOf: ReadonlyMap<string, string>) {
  const groups = [...new Set(tested.map(({ id }) => groupOf.get(id) ?? ''))].sort();
  return groups.flatMap((group) => {
    const own = tested.filter(({ id }) => (groupOf.get(id) ?? '') === group);
    if (group === '' || own.length < 10) return [];
    const right = own.filter(({ label, predicted }) => predicted.label === label).length;
    return [{ group, faces: own.length, accuracy: proportion(right, own.length) }];
  });
}
