import { ReportError } from '../core/errors';
import { type Cents, cents } from '../studies/prices/units';
import { logPrices, pairs } from './metrics';
import { type Proportion, proportion } from './proportion';

/** How far a price may lie from its prediction. A plain record that can be kept as JSON. */
export interface Calibration {
  /** The share of games (0 to 1) whose price the intervals are to hold. */
  confidence: number;
  /** Games it was calibrated on. */
  games: number;
  /** How far every interval reaches to either side of the prediction, in log(1 + EUR cents); null when too few games allow no finite one. */
  reach: { below: number; above: number } | null;
  /** A sentence for the reader when the reach is null, else null. */
  warning: string | null;
}

/**
 * `together`: as far below as above, from absolute residuals. `apart`: each side from its own residuals, half of the misses allowed on
 * either, which says more where a group of games is far off on one side only, as free games are.
 */
export type Sides = 'together' | 'apart';

/** A price that was predicted, in EUR cents, beside the true one. */
export interface PredictedPrice {
  truth: Cents;
  predicted: Cents;
}

/** Between which prices (EUR cents) a game's price is expected; `high` is null where nothing bounds it. */
export interface PriceInterval {
  low: Cents;
  high: Cents | null;
}

/**
 * Split conformal prediction (Vovk, Gammerman and Shafer, 2005; Lei et al., 2018): an interval reaches as far as the
 * ⌈(n + 1) · confidence⌉-th smallest of the n absolute residuals of log(1 + EUR cents), so that the price of one more game like these lies
 * within with a probability of at least `confidence`, whatever the model and the distribution of prices. On the log scale the interval is
 * a factor to either side: dear games get wider ones, and none reaches below 0. With `sides` apart the rank is
 * ⌈(n + 1) · (1 + confidence) / 2⌉ on each side, of residuals with their sign (Linusson, Johansson and Löfström, 2014).
 *
 * The promise holds for games exchangeable with the ones calibrated on. Give validation games, which trained nothing. They did choose the
 * epoch at which training stopped and what the model learns, so their residuals are a little smaller than those of new games and the
 * promise is approximate; therefore the coverage is measured with `coverage` on test games, which chose nothing, and never on these.
 *
 * With few games (fewer than confidence / (1 − confidence), apart about twice that) the rank lies beyond the last residual: no finite
 * interval keeps the promise. Throws `BAD_INPUT` for no games, prices negative or not finite, and a confidence that is not between 0 and 1.
 */
export function calibrate(
  games: readonly PredictedPrice[],
  confidence = 0.9,
  sides: Sides = 'together',
): Calibration {
  if (!(confidence > 0 && confidence < 1)) {
    throw new ReportError(
      'BAD_INPUT',
      `Intervals with confidence ${confidence} cannot be made: give a share between 0 and 1, such as 0.9.`,
    );
  }
  const residuals = logResiduals(games);
  const count = residuals.length;
  const rank = rankOf(count, confidence, sides);
  if (rank <= count) {
    const reach = sides === 'together' ? sameReach(residuals, rank) : reachApart(residuals, rank);
    return { confidence, games: count, reach, warning: null };
  }
  const warning =
    `${count} validation ${count === 1 ? 'game is' : 'games are'} too few for intervals that hold ${percent(confidence)} of the prices: ` +
    `it takes ${fewestGames(confidence, sides)}. Every price from €0 up is within the interval of every game.`;
  return { confidence, games: count, reach: null, warning };
}

/** The rank of the residual that an interval reaches to. Rounding must not raise a product that is whole: 0.55 · 20 is 11.000000000000002. */
function rankOf(games: number, confidence: number, sides: Sides): number {
  const level = sides === 'together' ? confidence : (1 + confidence) / 2;
  return Math.ceil((games + 1) * level - 1e-9);
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

/** How many games `calibrate` needs at least for finite intervals. */
export function fewestGames(confidence: number, sides: Sides = 'together'): number {
  for (let games = 1; ; games++) if (rankOf(games, confidence, sides) <= games) return games;
}

/** The interval of a game predicted at `predicted`. Throws `BAD_INPUT` for a price negative or not finite. */
export function priceInterval({ reach }: Calibration, predicted: Cents): PriceInterval {
  const centre = logPrices([predicted], 'predicted prices')[0]!; // one price, one logarithm
  if (reach === null) return { low: cents(0), high: null };
  return {
    low: cents(Math.max(0, Math.expm1(centre - reach.below))),
    high: cents(Math.max(0, Math.expm1(centre + reach.above))),
  };
}

/**
 * How many of `games` have their price within their interval, with the binomial interval of that share. Give test games: neither
 * training nor calibration nor the choice of the epoch may have seen them. Throws `BAD_INPUT` as `calibrate`.
 */
export function coverage({ reach }: Calibration, games: readonly PredictedPrice[]): Proportion {
  const residuals = logResiduals(games);
  // On the log scale, as calibrated: there and back again a price at the very edge might fall outside.
  const within = (residual: number): boolean =>
    reach === null || (-reach.below <= residual && residual <= reach.above);
  return proportion(residuals.filter(within).length, residuals.length);
}

/** log(1 + truth) − log(1 + prediction) of each game. */
function logResiduals(games: readonly PredictedPrice[]): Float64Array {
  const { y, p } = pairs(
    games.map(({ truth }) => truth),
    games.map(({ predicted }) => predicted),
  );
  const logPredicted = logPrices(p, 'predicted prices');
  return logPrices(y, 'true prices').map((value, i) => value - logPredicted[i]!); // same length
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))}%`;
