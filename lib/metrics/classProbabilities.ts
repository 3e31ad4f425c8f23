import { ReportError } from '../core/errors';
import { argMax, largest } from '../core/extremes';
import { mean, softmax } from '../data/numbers';
import { type Calibration, calibration } from './binary';
import type { EvaluationOptions } from './classes';
import { clusters } from './clusters';
import { bootstrapAll, type Interval } from './intervals';

/** A row's true class, and the probability of each class; of equal ones the first is the guess. */
export interface ClassProbabilities {
  truth: number;
  probabilities: readonly number[];
}

/** What is said of probabilities of classes, with bootstrap intervals. Plain JSON. */
export interface ProbabilityEvaluation {
  /** Share of the rows whose class is one of the two most probable. */
  top2: Interval;
  /** Expected calibration error of the guesses; resamples are rougher than the sample, so its interval lies a little high. */
  ece: Interval;
  /** Mean negative logarithm of the true class' probability. */
  logLoss: Interval;
  /** Of the guesses. */
  calibration: Calibration;
}

/** The places of the probabilities, the largest first, of equal ones the lower. */
export const ranked = (probabilities: readonly number[]): number[] =>
  [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]! || a - b); // its own places

/** Evaluates probabilities of classes. Throws `BAD_INPUT` for no rows, what is no probability, and options out of range. */
export function evaluateProbabilities(
  rows: readonly ClassProbabilities[],
  { items, bins = 10, ...options }: EvaluationOptions & { bins?: number },
): ProbabilityEvaluation {
  const guesses = rows.map(({ truth, probabilities }) => {
    const guess = argMax(probabilities);
    return { score: probabilities[guess]!, positive: guess === truth }; // one for each class
  });
  const found = calibration(guesses, bins);
  const edges = found.bins.map(({ low }) => low);
  const binOf = guesses.map(({ score }) => Math.max(0, edges.filter((low) => low < score).length - 1));
  const second = rows.map(({ truth, probabilities }) =>
    Number(ranked(probabilities).slice(0, 2).includes(truth)),
  );
  const losses = rows.map(
    ({ truth, probabilities }) => -Math.log(Math.max(probabilities[truth]!, Number.MIN_VALUE)),
  ); // a class
  const { count, drawsOf } = clusters(items ?? rows.map((_, i) => String(i)));
  const intervals = bootstrapAll(
    count,
    (drawn) => {
      const { times, count: all } = drawsOf(drawn);
      const gaps = new Float64Array(edges.length);
      let [top2, logLoss] = [0, 0];
      guesses.forEach(({ score, positive }, i) => {
        gaps[binOf[i]!]! += times[i]! * (score - Number(positive)); // one for each row, here and below
        top2 += times[i]! * second[i]!;
        logLoss += times[i]! * losses[i]!;
      });
      const ece = gaps.reduce((sum, gap) => sum + Math.abs(gap), 0);
      return { top2: top2 / all, ece: ece / all, logLoss: logLoss / all };
    },
    options,
  );
  return { ...intervals, calibration: found };
}

/** The temperature by which logits become most probable, given validation rows (Guo et al., 2017). Throws `BAD_INPUT` for no rows. */
export function fitTemperature(rows: readonly ClassProbabilities[]): number {
  if (rows.length === 0) throw new ReportError('BAD_INPUT', 'A temperature cannot be fitted to no rows.');
  const logs = rows.map(({ probabilities }) => logsOf(probabilities));
  const loss = (logT: number): number => {
    const scale = Math.exp(-logT);
    return mean(
      rows.map(({ truth }, i) => {
        const scaled = logs[i]!.map((log) => log * scale); // one for each row
        const most = largest(scaled);
        return most + Math.log(scaled.reduce((sum, one) => sum + Math.exp(one - most), 0)) - scaled[truth]!; // a class
      }),
    );
  };
  // Convex in 1 / T, so that it falls and then rises: thirds are cut off on the worse side.
  let [low, high] = [Math.log(0.01), Math.log(100)];
  while (high - low > 1e-9) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

/** Probabilities as they are at a temperature; at 1 they stay the same. */
export const tempered = (probabilities: readonly number[], temperature: number): number[] =>
  softmax(logsOf(probabilities).map((log) => log / temperature));

/** Logits of probabilities; 0 counts as the smallest number there is. */
const logsOf = (probabilities: readonly number[]): number[] =>
  probabilities.map((one) => Math.log(Math.max(one, Number.MIN_VALUE)));
