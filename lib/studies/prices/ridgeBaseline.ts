import { ReportError } from '../../core/errors';
import { logs } from '../../metrics/regression';
import { lambdaGrid, predictRidge, type RidgeModel, ridgeByCrossValidation } from '../../metrics/ridge';
import { type GameFeatures, pickGames } from './gameFeatures';
import { type AppId, type Cents, cents } from './units';

/** A linear model of log(1 + EUR cents) on the features of a game, averaged over its pictures. */
export interface RidgeBaseline {
  model: RidgeModel;
  /** The lowest and the highest training price, in EUR cents: predictions stay within. */
  lowest: Cents;
  highest: Cents;
}

/**
 * Fits ridge regression of log prices to training games, with the penalty by generalised cross-validation on these same games. `prices`
 * (EUR cents) names the training games; those without features are left out, as they have no picture. Throws `BAD_INPUT` for fewer than
 * two games left, prices negative or not finite, and what `ridgeByCrossValidation` throws.
 */
export function fitRidgeBaseline(
  features: GameFeatures,
  prices: ReadonlyMap<AppId, Cents>,
  lambdas: readonly number[] = lambdaGrid,
): RidgeBaseline {
  const games = features.ids.filter((id) => prices.has(id));
  if (games.length < 2) {
    throw new ReportError(
      'BAD_INPUT',
      `A ridge baseline cannot be fitted to ${games.length} games with features and price: give two or more.`,
    );
  }
  const known = games.map((id) => prices.get(id)!); // filtered above
  const targets = logs(known, 'training prices');
  const { model } = ridgeByCrossValidation(pickGames(features, games).values, targets, lambdas);
  return {
    model,
    lowest: known.reduce((a, b) => cents(Math.min(a, b))),
    highest: known.reduce((a, b) => cents(Math.max(a, b))),
  };
}

/**
 * The prices (EUR cents) predicted for some games, in the order asked for. A linear function of a logarithm may run far beyond every
 * price when it is turned back, so predictions end at the lowest and the highest training price. Throws `BAD_INPUT` for a game without
 * features.
 */
export function predictRidgeBaseline(
  { model, lowest, highest }: RidgeBaseline,
  features: GameFeatures,
  games: readonly AppId[],
): Cents[] {
  const values = predictRidge(model, pickGames(features, games).values);
  return Array.from(values, (value) => cents(Math.min(highest, Math.max(lowest, Math.expm1(value)))));
}
