import { ReportError } from '../core/errors';
import { smallest } from '../core/extremes';
import { finiteNumbers, mean } from '../data/numbers';
import { eachOnce } from './draws';
import { type BootstrapOptions, bootstrapAll, type Interval } from './intervals';
import { type Proportion, proportion } from './proportion';

/** An item of one of two classes, and its score: the higher, the likelier it is of the positive class. */
export interface ScoredItem {
  score: number;
  positive: boolean;
}

/** How the items divide when those with a score of `threshold` or more are taken for positive. */
export interface OperatingPoint {
  threshold: number;
  truePositives: number;
  /** False alarms. */
  falsePositives: number;
  /** Misses. */
  falseNegatives: number;
  trueNegatives: number;
}

/** Share of the items taken for positive that are; 0 where none is taken, as in scikit-learn with `zero_division=0`. */
export const precisionAt = ({ truePositives, falsePositives }: OperatingPoint): number =>
  truePositives / Math.max(1, truePositives + falsePositives);

/** Share of the positive items that are taken for such; 0 without any. */
export const recallAt = ({ truePositives, falseNegatives }: OperatingPoint): number =>
  truePositives / Math.max(1, truePositives + falseNegatives);

/** Harmonic mean of precision and recall. */
export const f1At = ({ truePositives, falsePositives, falseNegatives }: OperatingPoint): number =>
  (2 * truePositives) / Math.max(1, 2 * truePositives + falsePositives + falseNegatives);

/** Mean cost of an item, in false alarms, when a miss costs `missCost` of them. */
export const costAt = (point: OperatingPoint, missCost: number): number =>
  (missCost * point.falseNegatives + point.falsePositives) /
  (point.truePositives + point.falsePositives + point.falseNegatives + point.trueNegatives);

/** The operating points of all thresholds, from infinity down to the lowest score. Throws `BAD_INPUT` for items of one class only. */
export function operatingPoints(items: readonly ScoredItem[]): OperatingPoint[] {
  const order = descending(items);
  return pointsOf(order, eachOnce(order.length).times);
}

function descending(items: readonly ScoredItem[]): ScoredItem[] {
  const scores = items.map(({ score }) => score);
  finiteNumbers(scores, 'scores');
  const positives = items.filter(({ positive }) => positive).length;
  if (positives === 0 || positives === scores.length) {
    throw new ReportError('BAD_INPUT', `All ${scores.length} items are of one class: give some of both.`);
  }
  return [...items].sort((a, b) => b.score - a.score);
}

/** `order` by descending score, each item counted as often as `times` says. */
function pointsOf(order: readonly ScoredItem[], times: Int32Array): OperatingPoint[] {
  const count = (wanted: boolean): number =>
    order.reduce((sum, { positive }, i) => sum + (positive === wanted ? times[i]! : 0), 0); // one for each
  let [falseNegatives, trueNegatives] = [count(true), count(false)];
  let [truePositives, falsePositives] = [0, 0];
  const point = (threshold: number) => ({
    ...{ threshold, truePositives, falsePositives, falseNegatives, trueNegatives },
  });
  const points = [point(Number.POSITIVE_INFINITY)];
  order.forEach(({ score, positive }, i) => {
    const drawn = times[i]!; // one for each
    if (positive) {
      truePositives += drawn;
      falseNegatives -= drawn;
    } else {
      falsePositives += drawn;
      trueNegatives -= drawn;
    }
    if (score !== order[i + 1]?.score) points.push(point(score)); // equal scores go together
  });
  return points;
}

/** The point of a threshold: that of the lowest score which is not below it. */
export const pointAt = (points: readonly OperatingPoint[], threshold: number): OperatingPoint =>
  points.findLast((point) => point.threshold >= threshold)!; // the first is that of infinity

/** The area under the ROC curve, by trapezoids: how often a positive item has the higher score of two, a tie being half. 0.5 where a class is missing. */
export function rocAuc(points: readonly OperatingPoint[]): number {
  const { truePositives, falsePositives } = points.at(-1)!; // everything is taken for positive
  let area = 0;
  for (let i = 1; i < points.length; i++) {
    const [last, next] = [points[i - 1]!, points[i]!]; // in range
    area += ((next.falsePositives - last.falsePositives) * (last.truePositives + next.truePositives)) / 2;
  }
  const pairs = truePositives * falsePositives;
  return pairs === 0 ? 0.5 : area / pairs;
}

/** Average precision: the sum over thresholds of the precision, times what recall gains there. */
export const averagePrecision = (points: readonly OperatingPoint[]): number =>
  points.reduce((sum, point, i) => {
    const gained = i === 0 ? 0 : recallAt(point) - recallAt(points[i - 1]!); // in range
    return sum + gained * precisionAt(point);
  }, 0);

/** What is said of scores at a threshold. Plain JSON; no field is NaN. */
export interface BinaryEvaluation {
  threshold: number;
  count: number;
  /** With exact binomial intervals. No item taken for positive leaves the precision open: 0, from 0 to 1. */
  accuracy: Proportion;
  precision: Proportion;
  recall: Proportion;
  /** With bootstrap intervals over items. The two areas do not depend on the threshold. */
  f1: Interval;
  rocAuc: Interval;
  averagePrecision: Interval;
}

/** Evaluates scores at a threshold. Throws what `operatingPoints` throws, and `BAD_INPUT` for options out of range. */
export function evaluateBinary(
  items: readonly ScoredItem[],
  threshold: number,
  options: BootstrapOptions,
): BinaryEvaluation {
  const order = descending(items);
  const intervals = bootstrapAll(
    order.length,
    (rows) => {
      const times = new Int32Array(order.length);
      for (const row of rows) times[row]!++; // a row of the order
      const points = pointsOf(order, times);
      return {
        f1: f1At(pointAt(points, threshold)),
        rocAuc: rocAuc(points),
        averagePrecision: averagePrecision(points),
      };
    },
    options,
  );
  const found = pointAt(operatingPoints(order), threshold);
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = found;
  const share = (successes: number, count: number): Proportion =>
    count > 0
      ? proportion(successes, count, options.confidence)
      : { ...proportion(0, 1, options.confidence), count, high: 1 };
  return {
    threshold,
    count: order.length,
    accuracy: share(truePositives + trueNegatives, order.length),
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
    ...intervals,
  };
}

/** The threshold of the smallest cost, halfway to the next lower score; choose it on validation items. Throws `BAD_INPUT`. */
export function chooseThreshold(items: readonly ScoredItem[], missCost: number): number {
  if (!(missCost > 0 && Number.isFinite(missCost))) {
    throw new ReportError('BAD_INPUT', `A miss cannot cost ${missCost}: give a positive number.`);
  }
  const points = operatingPoints(items).slice(1);
  const least = smallest(points.map((point) => costAt(point, missCost)));
  const best = points.findLastIndex((point) => costAt(point, missCost) === least);
  const { threshold } = points[best]!; // one of them has the least
  return (threshold + (points[best + 1]?.threshold ?? threshold)) / 2;
}

/** How far probabilities are what they say. */
export interface Calibration {
  /** Those that have items, ascending, from above `low` (the first bin has 0 too): mean probability, and share of the items that are positive. */
  bins: { low: number; mean: number; observed: Proportion }[];
  /** Expected calibration error: the mean over items of how far their bin's probability is from its share. */
  ece: number;
  /** Brier score: the mean squared error of the probabilities. */
  brier: number;
}

/** Calibration of probabilities from 0 to 1 in bins of equal width (Naeini et al., 2015). Throws `BAD_INPUT` for no items, and scores that are none. */
export function calibration(items: readonly ScoredItem[], bins = 10): Calibration {
  const scores = items.map(({ score }) => score);
  finiteNumbers(scores, 'probabilities');
  const wrong = scores.find((score) => score < 0 || score > 1);
  if (wrong !== undefined) {
    throw new ReportError('BAD_INPUT', `${wrong} is no probability: give numbers from 0 to 1.`);
  }
  const edges = Array.from({ length: bins + 1 }, (_, i) => i / bins);
  const binOf = (score: number): number =>
    Math.max(
      1,
      edges.findIndex((edge) => score <= edge),
    );
  const found = edges.flatMap((_, i): Calibration['bins'] => {
    const own = items.filter(({ score }) => binOf(score) === i);
    if (own.length === 0) return [];
    const positives = own.filter(({ positive }) => positive).length;
    const probability = mean(own.map(({ score }) => score));
    return [{ low: edges[i - 1]!, mean: probability, observed: proportion(positives, own.length) }]; // from 1 on
  });
  const gaps = found.map(({ mean: said, observed }) => observed.count * Math.abs(said - observed.share));
  return {
    bins: found,
    ece: gaps.reduce((a, b) => a + b, 0) / items.length,
    brier: mean(items.map(({ score, positive }) => (score - Number(positive)) ** 2)),
  };
}
