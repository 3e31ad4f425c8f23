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

/**
 * `together`: as far below as above, from absolute residuals. `apart`: each side from its own residuals, half of the misses allowed on
 * either, which says more where a group of items is far off on one side only, as those of value 0 are.
 */
export type Sides = 'together' | 'apart';

/** Between which values an item's is expected; `high` is null where nothing bounds it. */
export interface ValueInterval {
  low: number;
  high: number | null;
}

/**
 * Split conformal prediction (Vovk, Gammerman and Shafer, 2005; Lei et al., 2018): an interval reaches as far as the
 * ⌈(n + 1) · confidence⌉-th smallest of the n absolute residuals of log(1 + value), so that the value of one more item like these lies
 * within with a probability of at least `confidence`, whatever the model and the distribution of values. On the log scale the interval is
 * a factor to either side: large values get wider ones, and none reaches below 0. With `sides` apart the rank is
 * ⌈(n + 1) · (1 + confidence) / 2⌉ on each side, of residuals with their sign (Linusson, Johansson and Löfström, 2014).
 *
 * The promise holds for items exchangeable with the ones calibrated on. Give validation items, which trained nothing. They did choose the
 * epoch at which training stopped and what the model learns, so their residuals are a little smaller than those of new items and the
 * promise is approximate; therefore the coverage is measured with `coverage` on test items, which chose nothing, and never on these.
 *
 * With few items (fewer than confidence / (1 − confidence), apart about twice that) the rank lies beyond the last residual: no finite
 * interval keeps the promise. Throws `BAD_INPUT` for no items, values negative or not finite, and a confidence that is not between 0 and 1.
 */
export function calibrate(
  items: readonly PredictedValue[],
  confidence = 0.9,
  sides: Sides = 'together',
): Calibration {
  if (!(confidence > 0 && confidence < 1)) {
    throw new ReportError(
      'BAD_INPUT',
      `Intervals with confidence ${confidence} cannot be made: give a share between 0 and 1, such as 0.9.`,
    );
  }
  const residuals = logResiduals(items);
  const count = residuals.length;
  const rank = rankOf(count, confidence, sides);
  if (rank <= count) {
    const reach = sides === 'together' ? sameReach(residuals, rank) : reachApart(residuals, rank);
    return { confidence, count, reach, warning: null };
  }
  const warning =
    `${count} validation ${count === 1 ? 'item is' : 'items are'} too few for intervals that hold ${percent(confidence)} of the values: ` +
    `it takes ${fewestItems(confidence, sides)}. Every value from 0 up is within the interval of every item.`;
  return { confidence, count, reach: null, warning };
}

/** The rank of the residual that an interval reaches to. Rounding must not raise a product that is whole: 0.55 · 20 is 11.000000000000002. */
function rankOf(count: number, confidence: number, sides: Sides): number {
  const level = sides === 'together' ? confidence : (1 + confidence) / 2;
  return Math.ceil((count + 1) * level - 1e-9);
}

function sameReach(residuals: Float64Array, rank: number) {
  const radius = residuals.map(Math.abs).sort()[rank - 1]!; // rank is 1 at least and at most their number
  return { below: radius, above: radius };
}

/** Where the residuals of the rank lie on the same side of the prediction, the reach on the other is negative. */
function reachApart(residuals: Float64Array, rank: number) {
  const above = residuals.slice().sort()[rank - 1]!; // as above
  const below = residuals.map((value) => -value).sort()[rank - 1]!;
  return { below, above };
}

/** How many items `calibrate` needs at least for finite intervals. */
export function fewestItems(confidence: number, sides: Sides = 'together'): number {
  for (let count = 1; ; count++) if (rankOf(count, confidence, sides) <= count) return count;
}

/** The interval of an item predicted at `predicted`. Throws `BAD_INPUT` for a value negative or not finite. */
export function valueInterval({ reach }: Calibration, predicted: number): ValueInterval {
  const centre = logs([predicted], 'predictions')[0]!; // one value, one logarithm
  if (reach === null) return { low: 0, high: null };
  return {
    low: Math.max(0, Math.expm1(centre - reach.below)),
    high: Math.max(0, Math.expm1(centre + reach.above)),
  };
}

/**
 * How many of `items` have their value within their interval, with the binomial interval of that share. Give test items: neither
 * training nor calibration nor the choice of the epoch may have seen them. Throws `BAD_INPUT` as `calibrate`.
 */
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
