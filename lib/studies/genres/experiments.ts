import type { Part } from '../../core/concepts';
import { smallest } from '../../core/extremes';
import { mapBounded } from '../../core/pool';
import { intervalFigures, type Results } from '../../core/results';
import { augment } from '../../images/copies';
import { strongRecipe } from '../../images/recipe';
import { type ClassEvaluation, evaluateTest } from '../../metrics/classes';
import { percentInterval } from '../../report/binaryCharts';
import type { Tuning } from '../../report/classStudy';
import { formatCount, formatPercent, formatSeconds, NONE } from '../../report/format';
import { encodeSquare, gallery } from '../../report/gallery';
import type { Learnt } from '../../report/learntModels';
import { table } from '../../report/tables';
import type { ClassModelOptions } from '../../training/classModel';
import { classWeights, labelsOf } from '../../training/tasks';
import { type GenreData, titles } from './data';

/** A way to train the backbone's last stages. */
export interface Experiment extends Tuning {
  /** True where it is part of a thorough run only. */
  slow: boolean;
  /** Accuracy that the original reports of it on its own covers. */
  reported?: number;
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

/** What an experiment comes to. */
export interface Outcome {
  name: string;
  title: string;
  /** Numbers that were trained. */
  trained: number;
  predictions: Learnt['predictions'];
  /** Accuracies. */
  training: number;
  validation: number;
  test: ClassEvaluation;
  /** Of the training covers, for every test cover. */
  majority: ClassEvaluation;
  history?: Learnt['history'];
  seconds: number;
  reported?: number | undefined;
}

/** A trained network on the test covers; its intervals draw whole titles. */
export const outcomeOf = (learnt: Learnt, data: GenreData, seed: number, reported?: number): Outcome => ({
  ...{ name: learnt.name, title: learnt.title, history: learnt.history, reported },
  trained: learnt.layers.reduce((sum, { trainable }) => sum + trainable, 0),
  seconds: learnt.history.seconds,
  ...judged(learnt.predictions, data, seed),
});

/** Accuracies of predictions of every part, and those of test covers as they are evaluated. */
export function judged(predictions: Learnt['predictions'], data: GenreData, seed: number) {
  const right = (part: Part): number => {
    const own = predictions.filter((one) => one.part === part);
    return own.filter(({ label, predicted }) => predicted.label === label).length / own.length;
  };
  const { model, majority } = evaluateTest(predictions, data.classes, seed, titles(data));
  return { predictions, training: right('training'), validation: right('validation'), test: model, majority };
}

/** Shows the experiments side by side, below the most frequent genre. */
export function experimentTable(all: readonly Outcome[], majority: ClassEvaluation): void {
  const rows = all.map(({ title, trained, training, validation, test, history, seconds, reported }) => ({
    title,
    trained: formatCount(trained),
    training: formatPercent(training),
    validation: formatPercent(validation),
    accuracy: percentInterval(test.accuracy),
    macroF1: percentInterval(test.macroF1),
    epochs: history ? `${history.bestEpoch} of ${history.epochs.length}` : NONE,
    seconds: formatSeconds(seconds),
    reported: reported === undefined ? NONE : formatPercent(reported, 0),
  }));
  const none = { trained: '0', training: NONE, validation: NONE, epochs: NONE, seconds: NONE };
  const constant = {
    ...{ title: 'The most frequent genre', ...none, reported: formatPercent(0.53, 0) },
    ...{ accuracy: percentInterval(majority.accuracy), macroF1: percentInterval(majority.macroF1) },
  };
  const columns = {
    ...{ title: 'Experiment', trained: 'Weights trained', training: 'Training', validation: 'Validation' },
    ...{ accuracy: 'Test accuracy', macroF1: 'Macro F1', epochs: 'Best epoch', seconds: 'Training took' },
    reported: 'Original',
  };
  const note =
    'In brackets 95% intervals by bootstrap over titles. Training and validation are accuracies of the best epoch, which validation covers chose. The original is about its own 4,143 covers.';
  table([constant, ...rows], columns, { caption: 'The experiments side by side', note, rowHeadings: true });
}

/** The figures of the experiments, a group for each. */
export const experimentFigures = (all: readonly Outcome[]): Results =>
  Object.assign(
    {},
    ...all.map(({ name, training, validation, history, test }) => ({
      ...intervalFigures(`${name}.test.accuracy`, test.accuracy),
      ...intervalFigures(`${name}.test.macro_f1`, test.macroF1),
      [`${name}.valid.accuracy`]: validation,
      [`${name}.train.accuracy`]: training,
      ...(history ? { [`${name}.best_epoch`]: history.bestEpoch } : {}),
    })),
  ) as Results; // records of figures, joined

/** What the experiments say, in sentences. `all` must not be empty. */
export function experimentFindings(all: readonly Outcome[], majority: ClassEvaluation): string[] {
  const best = all.reduce((a, b) => (b.validation > a.validation ? b : a));
  const level = all.filter((one) => one !== best && one.test.accuracy.high >= best.test.accuracy.low);
  const below = all.filter(({ test }) => test.accuracy.low <= majority.accuracy.share);
  const named = (some: readonly Outcome[]): string => some.map(({ title }) => title).join('; ');
  return [
    `Validation covers choose **${best.title}**; it is right about ${percentInterval(best.test.accuracy)} of the test covers, with a macro F1 of ${percentInterval(best.test.macroF1)}. Always the most frequent genre would be right about ${formatPercent(majority.accuracy.share)}.`,
    level.length > 0
      ? `The test covers cannot tell it apart from ${named(level)}: the intervals overlap.`
      : 'No other interval reaches into its own.',
    ...(below.length > 0
      ? [`No better than the most frequent genre, for all that can be said: ${named(below)}.`]
      : []),
  ];
}

/** Shows a cover and copies of it as the full set changes them, one for each epoch. */
export async function copiesOf({ images }: GenreData, row: number, seed: number): Promise<void> {
  const { size, index } = images;
  const picture = index.columns.file[row]!; // a row of the store
  const pictures = await mapBounded([0, 1, 2, 3, 4, 5], 6, async (variant) => {
    const pixels = augment({
      pixels: images.readOne(row),
      size,
      copies: [{ picture, variant }],
      settings: strongRecipe,
      seed,
    });
    const caption = variant === 0 ? 'as it is' : `epoch ${variant}`;
    return { src: await encodeSquare(pixels, size), alt: `A cover, ${caption}`, caption };
  });
  gallery(pictures, { title: 'A training cover in five epochs of the full set', size: 130 });
}

/** How well the sets of genres are found, on test covers: the share whose set is exactly right, and the mean share of genres that are in both of those in either (Jaccard). */
export function setFigures({ predictions }: Pick<Outcome, 'predictions'>, { classes, classesOf }: GenreData) {
  const tested = predictions.filter(({ part }) => part === 'test');
  const several = tested.filter(({ id }) => classesOf.get(id)!.length > 1); // an item, here and below
  const jaccard = (some: typeof tested): number =>
    some.reduce((sum, { id, predicted }) => {
      const [truth, found] = [new Set(classesOf.get(id)!), labelsOf(predicted, classes)];
      const both = found.filter((label) => truth.has(label)).length;
      return sum + both / (truth.size + found.length - both);
    }, 0) / some.length;
  const exact = tested.filter(({ id, predicted }) => {
    const [truth, found] = [classesOf.get(id)!, labelsOf(predicted, classes)];
    return truth.length === found.length && found.every((label) => truth.includes(label));
  });
  return {
    'Test covers whose genres are all found, and no other': formatPercent(exact.length / tested.length),
    'Genres in common, of those in either': formatPercent(jaccard(tested)),
    'Test covers with two genres': several.length,
    'The same of these alone': several.length > 0 ? formatPercent(jaccard(several)) : NONE,
  };
}
