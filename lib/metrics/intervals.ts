import { ReportError } from '../core/errors';
import { random } from '../core/random';
import { percentiles } from '../data/distribution';
import { finiteNumbers } from '../data/numbers';

/** A figure with its bootstrap interval. Plain JSON. */
export interface Interval {
  /** The figure on the sample itself. */
  estimate: number;
  low: number;
  high: number;
  /** Share of resampled figures between `low` and `high`, such as 0.95. */
  confidence: number;
  /** 0 for a single item, which has no interval. */
  resamples: number;
}

export interface BootstrapOptions {
  seed: number;
  /** Default 2,000: the ends of a 95% interval then rest on 50 resamples each. */
  resamples?: number;
  /** Default 0.95. */
  confidence?: number;
}

/** The percentile bootstrap (Efron, 1979) of figures of `count` items, given as row numbers in an array that is used again. Throws `BAD_INPUT`. */
export function bootstrapAll<Name extends string>(
  count: number,
  statistics: (rows: Int32Array) => Record<Name, number>,
  options: BootstrapOptions,
): Record<Name, Interval> {
  const { seed, resamples = 2000, confidence = 0.95 } = options;
  if (!Number.isInteger(count) || count < 1) {
    throw new ReportError('BAD_INPUT', `An interval over ${count} items cannot be made: give at least one.`);
  }
  if (!Number.isInteger(resamples) || resamples < 1 || !(confidence > 0 && confidence < 1)) {
    throw new ReportError('BAD_INPUT', 'Give a whole number of resamples, and a confidence below 1.');
  }
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  const estimates = statistics(rows);
  const names = Object.keys(estimates) as Name[]; // the keys of Record<Name, number>
  finiteNumbers(
    names.map((name) => estimates[name]),
    'figures to give an interval for',
  );
  const { next } = random(seed, 'bootstrap');
  const drawn = Array.from({ length: resamples }, () => {
    for (let i = 0; i < count; i++) rows[i] = Math.floor(next() * count);
    return statistics(rows);
  });
  if (count === 1) {
    const single = (name: Name) => ({
      estimate: estimates[name],
      low: estimates[name],
      high: estimates[name],
    });
    const none = names.map((name) => [name, { ...single(name), confidence, resamples: 0 }]);
    return Object.fromEntries(none) as Record<Name, Interval>; // one for each name
  }
  const tail = 50 * (1 - confidence); // percent on either side
  const intervals = names.map((name): [Name, Interval] => {
    const figures = Float64Array.from(drawn, (figure) => figure[name]);
    const [low, high] = percentiles(figures, [tail, 100 - tail]) as [number, number]; // two asked for
    return [name, { estimate: estimates[name], low, high, confidence, resamples }];
  });
  return Object.fromEntries(intervals) as Record<Name, Interval>; // one for each name
}

/** The bootstrap of the mean of one value per item, such as its absolute error; in the unit of the values. Throws `BAD_INPUT`. */
export function bootstrapMean(values: ArrayLike<number>, options: BootstrapOptions): Interval {
  const all = finiteNumbers(values, 'values');
  const figures = (rows: Int32Array) => {
    let sum = 0;
    for (let i = 0; i < rows.length; i++) sum += all[rows[i]!]!; // rows are the values' own
    return { mean: sum / rows.length };
  };
  return bootstrapAll(all.length, figures, options).mean;
}

/** The mean of a − b over items, drawn together, with its interval. Throws `BAD_INPUT`, also for other lengths. */
export function pairedDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: BootstrapOptions,
): Interval {
  if (a.length !== b.length) {
    throw new ReportError('BAD_INPUT', `${a.length} values, ${b.length} others: give both of every item.`);
  }
  return bootstrapMean(
    Float64Array.from(a, (value, i) => value - b[i]!), // same length
    options,
  );
}
