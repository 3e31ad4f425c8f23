import type { Part, Prediction } from '../core/concepts';
import { allIntervalFigures, type Results } from '../core/results';
import type { ClassData } from '../data/classData';
import { parts } from '../data/split';
import { letterbox } from '../images/letterbox';
import {
  type BinaryEvaluation,
  chooseThreshold,
  costAt,
  evaluateBinary,
  operatingPoints,
  pointAt,
  type ScoredItem,
} from './binary';
import { majorityClass } from './classes';
import { colourHistograms } from './colourHistogram';
import { type Proportion, proportion } from './proportion';
import { predictRidge, ridgeByCrossValidation } from './ridge';

/** Pictures of classes of which one, the positive class, is looked for. */
export type PositiveData = ClassData & { positive: string };

/** A picture, whether it shows the positive class, and the score that a model gives it for that. */
export interface ScoredPicture extends ScoredItem {
  /** Below the folder of the data set. */
  file: string;
}

/** A model's scores, by part. */
export type PartScores = Readonly<Record<Part, readonly ScoredPicture[]>>;

/** How a model does. */
export interface Judged {
  /** Before its figures in results.json, such as `transfer`. */
  name: string;
  title: string;
  scores: PartScores;
  /** Accuracy on validation pictures from a score of one half on. */
  valid: Proportion;
  /** On test pictures, from one half on, as a class is predicted; and from the threshold on that costs least on validation pictures. */
  plain: BinaryEvaluation;
  chosen: BinaryEvaluation;
  /** Mean cost of a test picture, in false alarms, from either threshold on. */
  costs: { plain: number; chosen: number };
}

/** A score for each picture of each part. */
function scoresOf(
  { rows, labels, positive, images }: PositiveData,
  score: (rows: readonly number[]) => ArrayLike<number>,
): PartScores {
  const scored = (part: Part): ScoredPicture[] => {
    const found = score(rows[part]);
    return rows[part].map((row, i) => ({
      ...{ file: images.index.columns.file[row]!, score: found[i]!, positive: labels[row] === positive }, // a row of the store, a score for each
    }));
  };
  return Object.fromEntries(parts.map((part) => [part, scored(part)])) as unknown as PartScores; // one for each part
}

/** The probabilities of the positive class in a network's predictions. */
export function networkScores(
  data: PositiveData,
  predictions: readonly Prediction<string, { probabilities: readonly number[] }>[],
): PartScores {
  const place = data.classes.indexOf(data.positive);
  const found = new Map(predictions.map(({ file, predicted }) => [file, predicted.probabilities[place]!])); // one for each class
  const { file } = data.images.index.columns;
  return scoresOf(data, (rows) => rows.map((row) => found.get(file[row]!) ?? Number.NaN)); // NaN is refused by what judges
}

/** What colours alone say: ridge regression of the class on colour histograms, fitted to training pictures. */
export function colourScores(data: PositiveData): PartScores {
  const { images, rows, labels, positive } = data;
  const { width, height } = images.index.columns;
  const colours = (own: readonly number[]): Float32Array => {
    const boxes = own.map((row) => letterbox(width[row]!, height[row]!, images.size)); // rows of the store
    return colourHistograms(images.read(own), images.size, boxes);
  };
  const truth = rows.training.map((row) => Number(labels[row] === positive));
  const { model } = ridgeByCrossValidation(colours(rows.training), truth);
  return scoresOf(data, (own) => predictRidge(model, colours(own)));
}

/** What is said without a look at a picture: of every one the most frequent class of the training pictures. */
export function majorityScores(data: PositiveData): PartScores {
  const { classes, rows, labels, positive } = data;
  const training = rows.training.map((row) => classes.indexOf(labels[row]!)); // a row of the store
  const score = Number(classes[majorityClass(training, classes.length)] === positive);
  return scoresOf(data, (own) => own.map(() => score));
}

/** Judges scores, with the threshold that costs least on validation pictures. Throws what `evaluateBinary` and `chooseThreshold` throw. */
export function judgeScores(
  name: string,
  title: string,
  scores: PartScores,
  { missCost, seed }: { missCost: number; seed: number },
): Judged {
  const threshold = chooseThreshold(scores.validation, missCost);
  const right = scores.validation.filter(({ score, positive }) => score >= 0.5 === positive).length;
  const points = operatingPoints(scores.test);
  const cost = (from: number): number => costAt(pointAt(points, from), missCost);
  return {
    ...{ name, title, scores },
    valid: proportion(right, scores.validation.length),
    plain: evaluateBinary(scores.test, 0.5, { seed }),
    chosen: evaluateBinary(scores.test, threshold, { seed }),
    costs: { plain: cost(0.5), chosen: cost(threshold) },
  };
}

/** The one with the highest validation accuracy, the first of equal ones. `judged` must not be empty. */
export const bestOf = (judged: readonly Judged[]): Judged =>
  judged.reduce((best, one) => (one.valid.share > best.valid.share ? one : best));

/** Test pictures by what is said of them from the chosen threshold on, the most extreme first: found, missed, and false alarms. */
export function findsOf({ scores, chosen }: Judged) {
  const sorted = [...scores.test].sort((a, b) => b.score - a.score);
  const flagged = sorted.filter(({ score }) => score >= chosen.threshold);
  return {
    Found: flagged.filter(({ positive }) => positive),
    Missed: sorted.filter(({ score, positive }) => positive && score < chosen.threshold).reverse(),
    'False alarm': flagged.filter(({ positive }) => !positive),
  };
}

/** What results.json says of a model, under names that begin with `prefix`. */
export function judgedFigures(prefix: string, { valid, plain, chosen, costs }: Judged): Results {
  const figures = (from: string, { accuracy, precision, recall, f1, rocAuc }: BinaryEvaluation): Results =>
    allIntervalFigures(`${prefix}${from}.`, { accuracy, precision, recall, f1, roc_auc: rocAuc });
  return {
    [`${prefix}valid.accuracy`]: valid.share,
    [`${prefix}threshold`]: chosen.threshold,
    [`${prefix}test.cost`]: costs.plain,
    [`${prefix}test.at_threshold.cost`]: costs.chosen,
    ...figures('test', plain),
    ...figures('test.at_threshold', chosen),
  };
}
