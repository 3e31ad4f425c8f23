import { ReportError } from '../errors';
import { type Cents, cents } from '../units';
import { logPrices, pairs } from './metrics';
import { type Proportion, proportion } from './proportion';

/** How far a price may lie from its prediction. A plain record that can be kept as JSON. */
export interface Calibration {
  /** The share of games (0 to 1) whose price the intervals are to hold. */
  confidence: number;
  /** Games it was calibrated on. */
  games: number;
  /** Half the width of every interval, in log(1 + EUR cents); null when too few games allow no finite one. */
  radius: number | null;
  /** A sentence for the reader when the radius is null, else null. */
  warning: string | null;
}

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
 * Split conformal prediction (Vovk, Gammerman and Shafer, 2005; Lei et al., 2018): the radius is the ⌈(n + 1) · confidence⌉-th smallest
 * of the n absolute residuals of log(1 + EUR cents), so that the price of one more game like these lies within it of its prediction
 * with a probability of at least `confidence`, whatever the model and the distribution of prices. On the log scale the interval is a
 * factor to either side: dear games get wider ones, and none reaches below 0.
 *
 * The promise holds for games exchangeable with the ones calibrated on. Give validation games, which trained nothing. They did choose the
 * epoch at which training stopped, so their residuals are a little smaller than those of new games and the promise is approximate;
 * therefore the coverage is measured with `coverage` on test games, which chose nothing, and never on these.
 *
 * With fewer than confidence / (1 − confidence) games the rank lies beyond the last residual: no finite interval keeps the promise.
 * Throws `BAD_INPUT` for no games, prices negative or not finite, and a confidence that is not between 0 and 1.
 */
export function calibrate(games: readonly PredictedPrice[], confidence = 0.9): Calibration {
  if (!(confidence > 0 && confidence < 1)) {
    throw new ReportError(
      'BAD_INPUT',
      `Intervals with confidence ${confidence} cannot be made: give a share between 0 and 1, such as 0.9.`,
    );
  }
  const residuals = absoluteLogResiduals(games).sort();
  const count = residuals.length;
  const rank = rankOf(count, confidence);
  if (rank <= count) return { confidence, games: count, radius: residuals[rank - 1]!, warning: null }; // rank is 1 at least
  const warning =
    `${count} validation ${count === 1 ? 'game is' : 'games are'} too few for intervals that hold ${percent(confidence)} of the prices: ` +
    `it takes ${fewestGames(confidence)}. Every price from €0 up is within the interval of every game.`;
  return { confidence, games: count, radius: null, warning };
}

/** The rank of the residual that becomes the radius. Rounding must not raise a product that is whole: 0.55 · 20 is 11.000000000000002. */
const rankOf = (games: number, confidence: number): number => Math.ceil((games + 1) * confidence - 1e-9);

/** How many games `calibrate` needs at least for a finite radius. */
export function fewestGames(confidence: number): number {
  const about = Math.max(1, Math.floor(confidence / (1 - confidence)) - 1); // rounding may have taken or added one
  for (let games = about; ; games++) if (rankOf(games, confidence) <= games) return games;
}

/** The interval of a game predicted at `predicted`. Throws `BAD_INPUT` for a price negative or not finite. */
export function priceInterval({ radius }: Calibration, predicted: Cents): PriceInterval {
  const centre = logPrices([predicted], 'predicted prices')[0]!; // one price, one logarithm
  if (radius === null) return { low: cents(0), high: null };
  return { low: cents(Math.max(0, Math.expm1(centre - radius))), high: cents(Math.expm1(centre + radius)) };
}

/**
 * How many of `games` have their price within their interval, with the binomial interval of that share. Give test games: neither
 * training nor calibration nor the choice of the epoch may have seen them. Throws `BAD_INPUT` as `calibrate`.
 */
export function coverage(calibration: Calibration, games: readonly PredictedPrice[]): Proportion {
  const residuals = absoluteLogResiduals(games);
  const { radius } = calibration;
  // On the log scale, as calibrated: there and back again a price at the very edge might fall outside.
  const covered = radius === null ? residuals.length : residuals.filter((size) => size <= radius).length;
  return proportion(covered, residuals.length);
}

function absoluteLogResiduals(games: readonly PredictedPrice[]): Float64Array {
  const { y, p } = pairs(
    games.map(({ truth }) => truth),
    games.map(({ predicted }) => predicted),
  );
  const logPredicted = logPrices(p, 'predicted prices');
  return logPrices(y, 'true prices').map((value, i) => Math.abs(value - logPredicted[i]!)); // same length
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))}%`;
