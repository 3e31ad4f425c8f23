import { argMax, largest } from '../core/extremes';
import { operatingPoints, rocAuc } from './binary';

/** What is said of a kind of pictures: the probability of each class. */
export interface Asked {
  kind: string;
  said: readonly (readonly number[])[];
}

/** How sure a model is of each picture: its largest probability. */
export const tops = ({ said }: Asked): number[] => said.map(largest);

/** How sure a model is of pictures that are of none of its classes: its largest probability on average, how often that is 0.9 or more, how well it tells `known` ones from them (area under the ROC curve), and what is said most often. */
export function sureness(asked: Asked, known: Asked, classes: readonly string[]) {
  const own = tops(asked);
  const counts = classes.map((_, k) => asked.said.filter((one) => argMax(one) === k).length);
  const most = argMax(counts);
  const scored = [known, asked].flatMap((one, i) => tops(one).map((score) => ({ score, positive: i === 0 })));
  return {
    kind: asked.kind,
    mean: own.reduce((a, b) => a + b, 0) / own.length,
    sure: own.filter((top) => top >= 0.9).length / own.length,
    apart: rocAuc(operatingPoints(scored)),
    said: classes[most]!, // one of the classes
    share: counts[most]! / own.length,
  };
}
