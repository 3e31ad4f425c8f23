import { largest } from '../../core/extremes';
import { intervalFigures, type Results } from '../../core/results';
import { majorityClass } from '../../metrics/classes';
import { evaluateOrdered, type OrderedEvaluation } from '../../metrics/ordered';
import { proportion } from '../../metrics/proportion';
import { percentInterval } from '../../report/binaryCharts';
import { formatInterval, formatNumber, formatPercent } from '../../report/format';
import { table } from '../../report/tables';
import type { Judgeable } from '../../training/crossValidation';
import { classes } from './data';

/** A model that was judged on faces that it has not learnt from. */
export interface Judged extends Judgeable {
  /** Before its figures in results.json, such as `cnn`. */
  name: string;
  evaluation: OrderedEvaluation;
}

/** Evaluates what was predicted of faces. */
export const evaluateFaces = (tested: Parameters<typeof evaluateOrdered>[0], seed: number) =>
  evaluateOrdered(tested, classes, { seed });

/** What results.json says of a model, under names that begin with `prefix`. */
export const judgedFigures = (prefix: string, { models, evaluation: found }: Judged): Results => ({
  ...intervalFigures(`${prefix}cv.accuracy`, found.accuracy),
  ...intervalFigures(`${prefix}cv.balanced_accuracy`, found.balancedAccuracy),
  ...intervalFigures(`${prefix}cv.kappa`, found.kappa),
  [`${prefix}cv.macro_f1`]: found.macroF1.estimate,
  [`${prefix}cv.jumps`]: found.jumps.share,
  [`${prefix}cv.folds`]: models.length,
  [`${prefix}cv.faces`]: found.count,
});

/** The one that is right most often, among those that were judged on the most faces: figures of fewer faces do not compare. `all` must not be empty. */
export function bestOf(all: readonly Judged[]): Judged {
  const most = largest(all.map(({ tested }) => tested.length));
  const share = ({ evaluation }: Judged): number => evaluation.accuracy.share;
  const alike = all.filter(({ tested }) => tested.length === most);
  return alike.reduce((best, one) => (share(one) > share(best) ? one : best));
}

/** A model as it is judged on the faces of another alone, so that the two compare. */
export function onFacesOf(model: Judged, { tested: faces, models }: Judged, seed: number): Judged {
  const ids = new Set(faces.map(({ id }) => id));
  const tested = model.tested.filter(({ id }) => ids.has(id));
  return { ...model, models, tested, evaluation: evaluateFaces(tested, seed) };
}

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
    ...{ title, folds: models.length, faces: evaluation.count, ...evaluation },
    jumps: evaluation.jumps.share,
  }));
  const note =
    'In brackets 95% intervals, exact for accuracy, else by bootstrap over faces. They do not hold that other training faces would have given other models.';
  table(
    rows,
    {
      ...{ title: 'Model', folds: 'Folds', faces: 'Test faces', accuracy: ['Accuracy', percentInterval] },
      balancedAccuracy: ['Balanced accuracy', percentInterval],
      kappa: ['Quadratic kappa', (figure) => formatInterval(figure, formatNumber)],
      jumps: ['Jump two classes', formatPercent],
    },
    { caption, rowHeadings: true, note },
  );
}

/** The most frequent class of some faces. */
export const mostFrequent = (faces: readonly { label: string }[]): string =>
  classes[
    majorityClass(
      faces.map(({ label }) => classes.indexOf(label)),
      classes.length,
    )
  ]!; // one of them

/** What is said without a look at a face, on the test faces of another model: of each the most frequent class among them. */
export function majorityOf(other: Judged, seed: number): Judged {
  const predicted = { label: mostFrequent(other.tested), probabilities: [] };
  const tested = other.tested.map((one) => ({ ...one, predicted }));
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
