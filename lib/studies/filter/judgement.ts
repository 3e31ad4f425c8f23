import type { Part, Prediction } from '../../core/concepts';
import type { Results } from '../../core/results';
import { parts } from '../../data/split';
import { letterbox } from '../../images/letterbox';
import {
  type BinaryEvaluation,
  chooseThreshold,
  costAt,
  evaluateBinary,
  operatingPoints,
  pointAt,
  type ScoredItem,
} from '../../metrics/binary';
import { colourHistograms } from '../../metrics/colourHistogram';
import { type Proportion, proportion } from '../../metrics/proportion';
import { predictRidge, ridgeByCrossValidation } from '../../metrics/ridge';
import type { ClassPrediction } from '../../training/tasks';
import type { FilterData } from './data';

/** A picture, whether it shows X, and the score that a model gives it for that. */
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
  /** Accuracy on validation pictures when X is said from a score of one half. */
  valid: Proportion;
  /** On test pictures, from one half, as the class is predicted. */
  plain: BinaryEvaluation;
  /** On test pictures, from the threshold that costs least on validation pictures. */
  chosen: BinaryEvaluation;
  /** Mean cost of a test picture, in false alarms, from one half and from that threshold. */
  costs: { plain: number; chosen: number };
}

/** The scores in the predictions of a network. */
export const networkScores = (
  predictions: readonly Prediction<string, ClassPrediction>[],
  { classes, positive }: Pick<FilterData, 'classes' | 'positive'>,
): PartScores =>
  byPart((part) =>
    predictions
      .filter((one) => one.part === part)
      .map(({ file, label, predicted }) => ({
        file,
        score: predicted.probabilities[classes.indexOf(positive)] ?? Number.NaN,
        positive: label === positive,
      })),
  );

const byPart = (scoresOf: (part: Part) => ScoredPicture[]): PartScores =>
  Object.fromEntries(parts.map((part) => [part, scoresOf(part)])) as unknown as PartScores; // one for each part

/** What colours alone say: ridge regression of the classes on colour histograms, fitted to training pictures. */
export function colourScores({ images, rows, labels, positive }: FilterData): PartScores {
  const { file, width, height } = images.index.columns;
  const truth = (part: Part) => rows[part].map((row) => Number(labels[row] === positive));
  const colours = (part: Part) => {
    const boxes = rows[part].map((row) => letterbox(width[row]!, height[row]!, images.size)); // a row of the store, here and below
    return colourHistograms(images.read(rows[part]), images.size, boxes);
  };
  const { model } = ridgeByCrossValidation(colours('training'), truth('training'));
  return byPart((part) => {
    const scores = predictRidge(model, colours(part));
    return rows[part].map((row, i) => ({
      ...{ file: file[row]!, score: scores[i]!, positive: labels[row] === positive }, // a score for each
    }));
  });
}

/** Judges scores, with the threshold that costs least on validation pictures. Throws what `evaluateBinary` and `chooseThreshold` throw. */
export function judge(
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

/** The one with the highest validation accuracy, the first of equal ones. */
export const bestOf = (judged: readonly [Judged, ...Judged[]]): Judged =>
  judged.reduce((best, one) => (one.valid.share > best.valid.share ? one : best));

/** What results.json says of a model, under names that begin with `prefix`. */
export function judgedFigures(prefix: string, { valid, plain, chosen, costs }: Judged): Results {
  const figures = (from: string, { accuracy, precision, recall, f1, rocAuc }: BinaryEvaluation) =>
    Object.entries({ accuracy, precision, recall, f1, roc_auc: rocAuc }).flatMap(([name, figure]) => [
      [`${prefix}${from}.${name}`, 'share' in figure ? figure.share : figure.estimate],
      [`${prefix}${from}.${name}.low`, figure.low],
      [`${prefix}${from}.${name}.high`, figure.high],
    ]);
  return {
    [`${prefix}valid.accuracy`]: valid.share,
    [`${prefix}threshold`]: chosen.threshold,
    [`${prefix}test.cost`]: costs.plain,
    [`${prefix}test.at_threshold.cost`]: costs.chosen,
    ...Object.fromEntries([...figures('test', plain), ...figures('test.at_threshold', chosen)]),
  };
}
