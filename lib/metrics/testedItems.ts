import { largest } from '../core/extremes';
import { majorityClass } from './classes';
import { type Proportion, proportion } from './proportion';

/** An item that a model has not learnt from, and what the model says of it. */
export interface Tested {
  id: string;
  label: string;
  predicted: { label: string; probabilities: readonly number[] };
}

/** The model that is right most often, among those that were judged on the most items: figures of fewer items do not compare. `all` must not be empty. */
export function mostOftenRight<
  M extends { tested: readonly unknown[]; evaluation: { accuracy: Proportion } },
>(all: readonly M[]): M {
  const most = largest(all.map(({ tested }) => tested.length));
  const share = ({ evaluation }: M): number => evaluation.accuracy.share;
  const alike = all.filter(({ tested }) => tested.length === most);
  return alike.reduce((best, one) => (share(one) > share(best) ? one : best));
}

/** The most frequent class of some items. */
export const mostFrequent = (items: readonly Pick<Tested, 'label'>[], classes: readonly string[]): string =>
  classes[
    majorityClass(
      items.map(({ label }) => classes.indexOf(label)),
      classes.length,
    )
  ]!; // one of them

/** The mean binary cross-entropy of probabilities, and the share of them on the right side of one half: what Keras reports of several classes when it is told that each is a question of yes or no. */
export function binaryClaims(
  tested: readonly Omit<Tested, 'id'>[],
  classes: readonly string[],
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

/** How often a model is right about the items of each group. Groups of fewer than ten are left out. */
export function groupAccuracy(tested: readonly Tested[], groupOf: ReadonlyMap<string, string>) {
  const groups = [...new Set(tested.map(({ id }) => groupOf.get(id) ?? ''))].sort();
  return groups.flatMap((group) => {
    const own = tested.filter(({ id }) => (groupOf.get(id) ?? '') === group);
    if (group === '' || own.length < 10) return [];
    const right = own.filter(({ label, predicted }) => predicted.label === label).length;
    return [{ group, count: own.length, accuracy: proportion(right, own.length) }];
  });
}
