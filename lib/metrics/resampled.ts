import { type Evaluation, logPrices, pairs } from './metrics';

/** The figures that stand for a model, each with an interval. */
export const headlineMetrics = [
  'mseCents',
  'maeCents',
  'rmseCents',
  'medianAeCents',
  'r2',
  'r2Log',
  'spearman',
  'within25',
  'within50',
] as const satisfies readonly (keyof Evaluation)[];

export type HeadlineMetric = (typeof headlineMetrics)[number];

/**
 * The headline metrics of a sample in which row i occurs `draws[i]` times: what `evaluate` says of that sample, without building it.
 * At least one row must occur.
 */
export type ResampledMetrics = (draws: Int32Array) => Record<HeadlineMetric, number>;

/**
 * Prepares predictions (EUR cents) for metrics of many resamples: everything is sorted here, once, and a resample then costs a few
 * passes over the rows. Throws `BAD_INPUT` as the metrics do.
 */
export function resampledMetrics(truth: ArrayLike<number>, predicted: ArrayLike<number>): ResampledMetrics {
  const { y, p } = pairs(truth, predicted);
  const errors = y.map((value, i) => Math.abs(value - p[i]!)); // as long as y, as all below
  const squares = errors.map((error) => error * error);
  const logTruth = logPrices(y, 'true prices');
  const logPredicted = logPrices(p, 'predicted prices');
  const logSquares = logTruth.map((value, i) => (value - logPredicted[i]!) ** 2);
  const within = (share: number): Float64Array =>
    errors.map((error, i) => (error <= Math.max(share * y[i]!, 0.5) ? 1 : 0)); // as shareWithinRelative
  const [quarter, half] = [within(0.25), within(0.5)];
  const [byError, byTruth, byPredicted] = [orderOf(errors), orderOf(y), orderOf(p)];
  const [rankY, rankP] = [new Float64Array(y.length), new Float64Array(y.length)];
  return (draws) => {
    let count = 0;
    for (const draw of draws) count += draw;
    const average = (values: Float64Array): number => drawnMean(values, draws, count);
    const mseCents = average(squares);
    drawnRanks(y, byTruth, draws, rankY);
    drawnRanks(p, byPredicted, draws, rankP);
    return {
      mseCents,
      maeCents: average(errors),
      rmseCents: Math.sqrt(mseCents),
      medianAeCents: drawnMedian(errors, byError, draws, count),
      r2: drawnR2(y, mseCents, draws, count),
      r2Log: drawnR2(logTruth, average(logSquares), draws, count),
      spearman: drawnPearson(rankY, rankP, draws, count),
      within25: average(quarter),
      within50: average(half),
    };
  };
}

const orderOf = (values: Float64Array): Int32Array =>
  Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!); // their own keys

function drawnMean(values: Float64Array, draws: Int32Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += draws[i]! * values[i]!; // as long, here and below
  return sum / count;
}

/** The middle value of the drawn ones, or the mean of the middle two. */
function drawnMedian(values: Float64Array, order: Int32Array, draws: Int32Array, count: number): number {
  const [first, second] = [Math.floor((count - 1) / 2), Math.floor(count / 2)]; // positions from 0
  let passed = 0;
  let lower: number | undefined;
  for (const row of order) {
    passed += draws[row]!;
    if (lower === undefined && passed > first) lower = values[row]!;
    if (passed > second) return (lower! + values[row]!) / 2; // set above, as first is not after second
  }
  return Number.NaN; // no row drawn
}

/** Ranks from 1 of the drawn values, equal ones sharing the average, written to `ranks`; rows not drawn get any number. */
function drawnRanks(values: Float64Array, order: Int32Array, draws: Int32Array, ranks: Float64Array): void {
  for (let start = 0, end = 0, passed = 0; start < order.length; start = end) {
    let group = 0;
    for (; end < order.length && values[order[end]!] === values[order[start]!]; end++)
      group += draws[order[end]!]!;
    for (let i = start; i < end; i++) ranks[order[i]!] = passed + (group + 1) / 2;
    passed += group;
  }
}

/** As `r2`, from the mean squared error of the drawn rows. */
function drawnR2(values: Float64Array, error: number, draws: Int32Array, count: number): number {
  const total = drawnVariance(values, draws, count);
  if (total === 0) return error === 0 ? 1 : 0;
  return 1 - error / total;
}

/** Population variance; exactly 0 when all drawn values are the same number, whose mean may be a rounding error off. */
function drawnVariance(values: Float64Array, draws: Int32Array, count: number): number {
  const centre = drawnMean(values, draws, count);
  let sum = 0;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (draws[i]! === 0) continue;
    const value = values[i]!;
    sum += draws[i]! * (value - centre) ** 2;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low === high ? 0 : sum / count;
}

/** As `pearson`. */
function drawnPearson(a: Float64Array, b: Float64Array, draws: Int32Array, count: number): number {
  const scale = Math.sqrt(drawnVariance(a, draws, count) * drawnVariance(b, draws, count));
  if (scale === 0) return 0;
  const [centreA, centreB] = [drawnMean(a, draws, count), drawnMean(b, draws, count)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += draws[i]! * (a[i]! - centreA) * (b[i]! - centreB);
  return Math.max(-1, Math.min(1, sum / count / scale));
}
