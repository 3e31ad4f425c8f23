import { ReportError } from '../../core/errors';
import { logs } from '../../metrics/regression';
import { lambdaGrid, predictRidge, ridgeByCrossValidation } from '../../metrics/ridge';
import { type GameFeatures, pickGames } from './gameFeatures';
import { type AppId, type Cents, cents } from './units';

/**
 * The prices (EUR cents) of some games, in the order asked for, by ridge regression of log(1 + price) on a game's features, fitted to the
 * training games that `prices` names; those without features are left out, as they have no picture. The penalty is chosen by generalised
 * cross-validation on these same games. A linear function of a logarithm may run far beyond every price when it is turned back, so
 * predictions end at the lowest and the highest training price.
 *
 * Throws `BAD_INPUT` for fewer than two training games, prices negative or not finite, and games without features.
 */
export function ridgePrices(
  features: GameFeatures,
  prices: ReadonlyMap<AppId, Cents>,
  games: readonly AppId[],
  lambdas: readonly number[] = lambdaGrid,
): Cents[] {
  const training = features.ids.filter((id) => prices.has(id));
  if (training.length < 2) {
    throw new ReportError(
      'BAD_INPUT',
      `A ridge baseline cannot be fitted to ${training.length} games with features and price: give two or more.`,
    );
  }
  const known = logs(
    training.map((id) => prices.get(id)!), // filtered above
    'training prices',
  );
  const { model } = ridgeByCrossValidation(pickGames(features, training).values, known, lambdas);
  const [lowest, highest] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
  const predicted = predictRidge(model, pickGames(features, games).values);
  return Array.from(predicted, (value) => cents(Math.expm1(Math.min(highest, Math.max(lowest, value)))));
}
