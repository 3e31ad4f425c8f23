import { evaluateBaselines } from '../../metrics/baselines';
import { findCollapse } from '../../metrics/collapse';
import { type Evaluation, evaluate } from '../../metrics/regression';
import { perGame } from './perGame';
import { fitTarget, type PricePrediction, type TargetScaler } from './target';
import { type Cents, formatPrice } from './units';

/** How good the predictions of some games' pictures are, beside constant predictions for the same games. */
export type Judgement = ReturnType<typeof judge>;

/** Judges predictions; `scaler` is the model's, standardized errors are in deviations of the training prices. Throws `BAD_INPUT` as the metrics do. */
export function judge(
  pictures: readonly Pick<PricePrediction, 'id' | 'predicted' | 'label'>[],
  trainingPrices: readonly Cents[],
  scaler: TargetScaler,
) {
  const { deviation } = fitTarget('standardized', trainingPrices);
  const games = perGame(pictures, new Map(pictures.map(({ id, label }) => [id, label])), scaler);
  const truth = games.map((game) => game.truth);
  const predicted = games.map((game) => game.predicted);
  return {
    /** Each picture counts once. */
    image: evaluatePrices(
      pictures.map(({ label }) => label),
      pictures.map(({ predicted }) => predicted.price),
      deviation,
    ),
    /** Each game counts once, predicted from all its pictures. */
    game: evaluatePrices(truth, predicted, deviation),
    games,
    /** The mean and the median of the training prices, each given to every game. */
    baselines: evaluateBaselines(trainingPrices, truth),
    /** A sentence when the predictions of the games have collapsed, else null. */
    collapse: findCollapse(truth, predicted, formatPrice),
  };
}

/** An evaluation of prices in EUR cents, with errors also in deviations of the training prices, as the original's are. */
export type PriceEvaluation = ReturnType<typeof evaluatePrices>;

function evaluatePrices(truth: readonly Cents[], predicted: readonly Cents[], deviation: number) {
  const found = evaluate(truth, predicted);
  return { ...found, mseStandardized: found.mse / deviation ** 2, maeStandardized: found.mae / deviation };
}

/** R² of log prices per game above which a leak is more likely than success: screenshots tell something of a price, but not that much. */
const IMPROBABLE = 0.6;

/** A sentence when test prices are predicted too well to be true, else null; not for the generated sample, which is drawn from its prices. */
export function findImprobableSuccess({ count, r2Log }: Pick<Evaluation, 'count' | 'r2Log'>): string | null {
  if (count < 10 || r2Log <= IMPROBABLE) return null;
  return (
    `The predictions are too good to be true: they explain ${(100 * r2Log).toFixed(0)}% of the variance of log prices of ${count} test games, ` +
    `and more than ${100 * IMPROBABLE}% is hardly to be had from screenshots. ` +
    'Check for leaks before you believe it: pictures that two parts share, prices written in pictures or in file names, games that occur twice under different appids.'
  );
}

/** The games whose predictions are off by least and by most, `count` of each at most and none in both. */
export function bestAndWorst<Game extends { truth: number; predicted: number }>(
  games: readonly Game[],
  count: number,
): { best: Game[]; worst: Game[] } {
  const off = (game: Game): number => Math.abs(game.predicted - game.truth);
  const order = [...games].sort((a, b) => off(a) - off(b));
  const each = Math.min(count, Math.floor(games.length / 2));
  return { best: order.slice(0, each), worst: order.slice(order.length - each).reverse() };
}
