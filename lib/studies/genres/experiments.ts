import { smallest } from '../../core/extremes';
import { mean } from '../../data/numbers';
import { strongRecipe } from '../../images/recipe';
import type { Tuning } from '../../report/classStudy';
import { formatPercent, NONE } from '../../report/format';
import type { Learnt } from '../../report/learntModels';
import type { ClassModelOptions } from '../../training/classModel';
import { classWeights, labelsOf } from '../../training/tasks';
import type { GenreData } from './data';

/** A way to train the backbone's last stages. */
export interface Experiment extends Tuning {
  /** True where it is part of a thorough run only. */
  slow: boolean;
  options(data: GenreData, seed: number): ClassModelOptions;
}

const trainingLabels = ({ rows, labels }: GenreData): string[] => rows.training.map((row) => labels[row]!); // rows of the store

/** How often a cover of each genre is drawn by 1 / count, and how much its errors weigh by 1 / √count, both beside the most frequent genre. */
export function genreWeights(data: GenreData) {
  const labels = trainingLabels(data);
  const [drawn, weights] = (['inverse', 'inverse root'] as const).map((by) => {
    const all = classWeights(labels, data.classes, by);
    return all.map((one) => one / smallest(all));
  }) as [number[], number[]]; // two ways
  return data.classes.map((genre, i) => ({
    genre,
    covers: labels.filter((label) => label === genre).length,
    drawn: drawn[i]!, // one for each, as below
    weight: weights[i]!,
  }));
}

/** The weights 1 / √count, label smoothing and weight decay of the original's full set. */
const regularized = (data: GenreData): ClassModelOptions => ({
  weights: classWeights(trainingLabels(data), data.classes, 'inverse root'),
  smoothing: 0.1,
  settings: { weightDecay: 3e-3 },
});

/** Experiment 2: two stages at one rate, covers drawn by 1 / count of their genre. */
export const deeper: Experiment = {
  ...{ name: 'deeper', title: 'Two stages, drawn by 1 / count', slow: false, reported: 0.45 },
  ...{ rates: [2e-4, 2e-4, 2e-4], dropout: 0 },
  options: (data) => ({ sampling: classWeights(trainingLabels(data), data.classes, 'inverse') }),
};

/** Experiment 3: everything at once against overfitting. The rates are ten times the original's, whose epochs had several times as many steps; their ratios are the same. */
export const full: Experiment = {
  ...{ name: 'full', title: 'The full set', slow: false, reported: 0.5042 },
  ...{ rates: [1e-3, 1e-4, 1e-5], dropout: 0.5 },
  options: (data, seed) => ({ ...regularized(data), augmented: { settings: strongRecipe, seed } }),
};

/** Experiment 4, as careful as the original is with EfficientNetV2-S: one stage, two rates, a fiftieth apart. */
export const careful: Experiment = {
  ...{ name: 'careful', title: 'One stage, two rates', slow: false },
  ...{ rates: [5e-3, 1e-4], dropout: 0.4 },
  options: regularized,
};

/** The linear layer first, then the last stage, then the one before (Howard and Ruder, 2018). */
export const progressive: Experiment = {
  ...{ name: 'progressive', title: 'One stage after the other', slow: false },
  ...{ rates: [1e-3, 1e-4, 1e-5], since: [1, 2, 4], dropout: 0.5 },
  options: regularized,
};

const mixedBy = (kind: 'mixup' | 'cutmix', title: string, alpha: number): Experiment => ({
  ...{ name: kind, title, slow: true, rates: [1e-3, 1e-4, 1e-5], dropout: 0.2 },
  options: (_data, seed) => ({ mixing: { kind, alpha, seed }, settings: { weightDecay: 3e-3 } }),
});
export const mixup = mixedBy('mixup', 'MixUp', 0.2);
export const cutmix = mixedBy('cutmix', 'CutMix', 1);

/** Each genre by itself, so that a cover may have several. */
export const severalLabels: Experiment = {
  ...{ name: 'labels', title: 'Several labels', slow: false, rates: [1e-3, 1e-4], dropout: 0.2 },
  options: ({ images, classesOf }) => ({
    labelSets: images.index.columns.item.map((id) => classesOf.get(id)!), // items of the set
    settings: { weightDecay: 3e-3 },
  }),
};

/** How well the sets of genres are found, on test covers: the share whose set is exactly right, and the mean share of genres that are in both of those in either (Jaccard). */
export function setFigures({ predictions }: Pick<Learnt, 'predictions'>, { classes, classesOf }: GenreData) {
  const pairs = predictions.flatMap(({ part, id, predicted }) => {
    const [truth, found] = [classesOf.get(id)!, labelsOf(predicted, classes)]; // an item
    const both = found.filter((label) => truth.includes(label)).length;
    return part === 'test' ? { truth, both, either: truth.length + found.length - both } : [];
  });
  const several = pairs.filter(({ truth }) => truth.length > 1);
  const jaccard = (some: typeof pairs): number => mean(some.map(({ both, either }) => both / either));
  const exact = pairs.filter(({ both, either }) => both === either);
  return {
    'Test covers whose genres are all found, and no other': formatPercent(exact.length / pairs.length),
    'Genres in common, of those in either': formatPercent(jaccard(pairs)),
    'Test covers with two genres': several.length,
    'The same of these alone': several.length > 0 ? formatPercent(jaccard(several)) : NONE,
  };
}
