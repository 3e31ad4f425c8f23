import { evaluateOrdered } from '../../metrics/ordered';
import { mostFrequent } from '../../metrics/testedItems';
import type { Judged } from '../../report/judgedFolds';
import { classes } from './data';

/** Evaluates what was predicted of faces. */
export const evaluateFaces = (tested: Parameters<typeof evaluateOrdered>[0], seed: number) =>
  evaluateOrdered(tested, classes, { seed });

/** A model as it is judged on the faces of another alone, so that the two compare. */
export function onFacesOf(model: Judged, { tested: faces, models }: Judged, seed: number): Judged {
  const ids = new Set(faces.map(({ id }) => id));
  const tested = model.tested.filter(({ id }) => ids.has(id));
  return { ...model, models, tested, evaluation: evaluateFaces(tested, seed) };
}

/** What is said without a look at a face, on the test faces of another model: of each the most frequent class among them. */
export function majorityOf(other: Judged, seed: number): Judged {
  const predicted = { label: mostFrequent(other.tested, classes), probabilities: [] };
  const tested = other.tested.map((one) => ({ ...one, predicted }));
  const named = { name: 'baseline.majority', title: 'The most frequent class' };
  return { ...other, ...named, tested, evaluation: evaluateFaces(tested, seed) };
}
