/** How often each row of a sample counts: once each, or as often as a resample has drawn it. */
export interface Draws {
  /** One for each row. */
  times: Int32Array;
  /** Their sum, at least 1. */
  count: number;
}

/** Every one of `rows` rows once: the sample itself. */
export const eachOnce = (rows: number): Draws => ({ times: new Int32Array(rows).fill(1), count: rows });

// Every function below takes one value for each row, or an order of the rows made once by `orderOf`, and costs a pass or two over them.

/** The rows by ascending value. */
export const orderOf = (values: Float64Array): Int32Array =>
  Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!); // their own keys

/** Arithmetic mean. */
export function meanOf(values: Float64Array, { times, count }: Draws): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += times[i]! * values[i]!; // as long, here and below
  return sum / count;
}

/** Population variance; exactly 0 when all drawn values are the same number, whose mean may be a rounding error off. */
export function varianceOf(values: Float64Array, draws: Draws): number {
  const centre = meanOf(values, draws);
  let sum = 0;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (draws.times[i] === 0) continue;
    const value = values[i]!;
    sum += draws.times[i]! * (value - centre) ** 2;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low === high ? 0 : sum / draws.count;
}

/** The middle value, or the mean of the middle two. */
export function medianOf(values: Float64Array, order: Int32Array, { times, count }: Draws): number {
  const [first, second] = [Math.floor((count - 1) / 2), Math.floor(count / 2)]; // positions from 0
  let passed = 0;
  let lower: number | undefined;
  for (const row of order) {
    passed += times[row]!;
    if (lower === undefined && passed > first) lower = values[row]!;
    if (passed > second) return (lower! + values[row]!) / 2; // set above, as first is not after second
  }
  return Number.NaN; // no row drawn
}

/** Ranks from 1, equal values sharing the average, as `scipy.stats.rankdata`; rows not drawn get any number. Written to `ranks`. */
export function ranksOf(
  values: Float64Array,
  order: Int32Array,
  { times }: Draws,
  ranks: Float64Array = new Float64Array(values.length),
): Float64Array {
  for (let start = 0, end = 0, passed = 0; start < order.length; start = end) {
    let group = 0;
    const value = values[order[start]!]!;
    for (; end < order.length && values[order[end]!] === value; end++) group += times[order[end]!]!;
    for (let i = start; i < end; i++) ranks[order[i]!] = passed + (group + 1) / 2;
    passed += group;
  }
  return ranks;
}

/** Pearson's correlation, from −1 to 1; 0 where either side does not vary and numpy gives NaN. */
export function pearsonOf(a: Float64Array, b: Float64Array, draws: Draws): number {
  const scale = Math.sqrt(varianceOf(a, draws) * varianceOf(b, draws));
  if (scale === 0) return 0;
  const [centreA, centreB] = [meanOf(a, draws), meanOf(b, draws)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += draws.times[i]! * (a[i]! - centreA) * (b[i]! - centreB);
  return Math.max(-1, Math.min(1, sum / draws.count / scale)); // rounding may pass 1
}

/** Coefficient of determination for this mean squared error; without variance 1 for no error and 0 for any other. */
export function r2Of(values: Float64Array, error: number, draws: Draws): number {
  const total = varianceOf(values, draws);
  if (total === 0) return error === 0 ? 1 : 0;
  return 1 - error / total;
}
