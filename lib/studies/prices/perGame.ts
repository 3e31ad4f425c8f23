import { ReportError } from '../../core/errors';
import { deviation } from '../../data/numbers';
import { type Averaging, average, averageRows, groupByItem } from '../../metrics/perItem';
import { mae } from '../../metrics/regression';
import {
  type HurdleScaler,
  type Predicted,
  type PriceRule,
  priceRules,
  type TargetScaler,
  toPrice,
} from './target';
import { type AppId, type Cents, cents } from './units';

/** One picture's prediction. */
export interface PicturePrediction {
  id: AppId;
  predicted: Predicted;
}

/** What is averaged: prices in EUR cents, or what the model says (logit and log price of a hurdle each), which is then turned into a price. */
export type AveragingSpace = 'price' | 'target';

/**
 * The default is the mean of what the model says, in its own terms: for a log target about the geometric mean of the prices. The mean of the
 * prices, as the original took it, lets the dearest picture say most: R² of the log prices was 0.02 lower on validation games, over ten splits.
 */
export interface AveragingOptions {
  how?: Averaging;
  space?: AveragingSpace;
}

/** One game's prediction; amounts in EUR cents. */
export interface GamePrediction {
  id: AppId;
  truth: Cents;
  predicted: Cents;
  /** How many of its pictures were predicted. */
  images: number;
  /** Population standard deviation, lowest and highest of the prices predicted from its single pictures. */
  spread: number;
  low: Cents;
  high: Cents;
}

/** A game with what is predicted from each of its pictures, and the price (EUR cents) it stands for, in the order of the rows. */
export interface GamePictures {
  id: AppId;
  truth: Cents;
  prices: Cents[];
  predicted: Predicted[];
}

/**
 * Groups predictions by game, in ascending order of their ids. Games of `truth` without a row are left out. Throws `BAD_INPUT` for no rows, for a
 * row whose game has no true price, and what `toPrice` throws.
 */
export function groupByGame(
  rows: readonly PicturePrediction[],
  truth: ReadonlyMap<AppId, Cents>,
  scaler: TargetScaler,
): GamePictures[] {
  return [...groupByItem(rows)].map(([id, pictures]) => {
    const predicted = pictures.map((picture) => picture.predicted);
    const prices = predicted.map((value) => toPrice(scaler, value));
    return { id, truth: priceOf(id, truth), prices, predicted };
  });
}

function priceOf(id: AppId, truth: ReadonlyMap<AppId, Cents>): Cents {
  const price = truth.get(id);
  if (price !== undefined) return price;
  throw new ReportError(
    'BAD_INPUT',
    `Game ${id} has predictions but no true price: give the price of every game.`,
  );
}

/** The one price (EUR cents) for some of a game's pictures: all of them, or those with the given positions in its lists. */
export function combine(
  game: Pick<GamePictures, 'prices' | 'predicted'>,
  scaler: TargetScaler,
  options: AveragingOptions = {},
  positions?: readonly number[],
): Cents {
  const { how = 'mean', space = 'target' } = options;
  const chosen = <T>(all: readonly T[]): readonly T[] =>
    positions ? positions.map((position) => all[position]!) : all; // positions are the game's
  if (space === 'price') return cents(average(chosen(game.prices), how));
  return toPrice(scaler, averageRows(chosen(game.predicted), how));
}

/** One prediction for each game that has rows, ascending by id. Throws what `groupByGame` throws. */
export function perGame(
  rows: readonly PicturePrediction[],
  truth: ReadonlyMap<AppId, Cents>,
  scaler: TargetScaler,
  options: AveragingOptions = {},
): GamePrediction[] {
  return groupByGame(rows, truth, scaler).map((game) => ({
    id: game.id,
    truth: game.truth,
    predicted: combine(game, scaler, options),
    images: game.prices.length,
    spread: deviation(game.prices),
    low: game.prices.reduce((a, b) => cents(Math.min(a, b))),
    high: game.prices.reduce((a, b) => cents(Math.max(a, b))),
  }));
}

/**
 * The mean absolute error per game (EUR cents) by each rule that makes one price of a hurdle's two outputs, the better one first (`median` where
 * both do alike). Rows are
 * those of validation games: test games must not choose. Throws what `perGame` throws.
 */
export function comparePriceRules(
  rows: readonly PicturePrediction[],
  truth: ReadonlyMap<AppId, Cents>,
  scaler: HurdleScaler,
): { rule: PriceRule; mae: number }[] {
  const errors = priceRules.map((rule) => {
    const games = perGame(rows, truth, { ...scaler, rule });
    return {
      rule,
      mae: mae(
        games.map((game) => game.truth),
        games.map((game) => game.predicted),
      ),
    };
  });
  return errors.sort((a, b) => a.mae - b.mae); // keeps the order of equal ones
}
