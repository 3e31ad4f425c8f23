import { ReportError } from '../core/errors';

import { type Proportion, proportion } from './proportion';
import { logs, type PredictedValue, pairsOf } from './regression';

/** How far an amount may lie from its prediction. Plain JSON. */
export interface Calibration {
  /** The share of items (0 to 1) whose value the intervals are to hold. */
  confidence: number;
  /** Items it was calibrated on. */
  count: number;
  /** How far every interval reaches to either side of the prediction, in log(1 + value); null when too few items allow no finite one. */
  reach: { below: number; above: number } | null;
  /** A sentence for the reader when the reach is null, else null. */
  warning: string | null;
}

/** Split conformal prediction (Vovk, Gammerman and Shafer, 2005) on residuals of log(1 + value), both tails alike; give validation items. Throws `BAD_INPUT`. */
export function calibrate(items: readonly PredictedValue[], confidence = 0.9): Calibration {
  if (!(confidence > 0 && confidence < 1)) {
    throw new ReportError('BAD_INPUT', `The confidence is ${confidence}: give a share between 0 and 1.`);
  }
  const residuals = logResiduals(items).sort();
  const count = residuals.length;
  const rank = rankOf(count, confidence);
  if (rank <= count) {
    // Where the residuals of the rank lie on the same side of the prediction, the reach on the other is negative.
    const reach = { below: -residuals[count - rank]!, above: residuals[rank - 1]! }; // rank is 1 at least
    return { confidence, count, reach, warning: null };
  }
  const warning =
    `${count} validation ${count === 1 ? 'item is' : 'items are'} too few for intervals that hold ${percent(confidence)} of the values: ` +
    `it takes ${fewestItems(confidence)}. Every value from 0 up is within the interval of every item.`;
  return { confidence, count, reach: null, warning };
}

/** The rank of the residual that an interval reaches to. Rounding must not raise a product that is whole: 0.55 · 20 is 11.000000000000002. */
const rankOf = (count: number, confidence: number): number =>
  Math.ceil(((count + 1) * (1 + confidence)) / 2 - 1e-9);

/** How many items `calibrate` needs at least for finite intervals. */
export function fewestItems(confidence: number): number {
  for (let count = 1; ; count++) if (rankOf(count, confidence) <= count) return count;
}

/** Between which values that of an item is expected; `high` is null where nothing bounds it. Throws `BAD_INPUT`. */
export function valueInterval(
  { reach }: Calibration,
  predicted: number,
): { low: number; high: number | null } {
  const centre = logs([predicted], 'predictions')[0]!; // one value, one logarithm
  if (reach === null) return { low: 0, high: null };
  return {
    low: Math.max(0, Math.expm1(centre - reach.below)),
    high: Math.max(0, Math.expm1(centre + reach.above)),
  };
}

/** How many of `items` have their value within their interval, with the binomial interval of that share; give test items. Throws `BAD_INPUT` as `calibrate`. */
export function coverage({ reach }: Calibration, items: readonly PredictedValue[]): Proportion {
  const residuals = logResiduals(items);
  // On the log scale, as calibrated: there and back again a value at the very edge might fall outside.
  const within = (residual: number): boolean =>
    reach === null || (-reach.below <= residual && residual <= reach.above);
  return proportion(residuals.filter(within).length, residuals.length);
}

/** log(1 + truth) − log(1 + prediction) of each item. */
function logResiduals(items: readonly PredictedValue[]): Float64Array {
  const { y, p } = pairsOf(items);
  const logPredicted = logs(p, 'predictions');
  return logs(y, 'true values').map((value, i) => value - logPredicted[i]!); // same length
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))}%`;
