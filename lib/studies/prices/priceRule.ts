import { mae } from '../../metrics/regression';
import { type PicturePrediction, perGame } from './perGame';
import { type HurdleScaler, type PriceRule, priceRules } from './target';
import type { AppId, Cents } from './units';

/** A hurdle's rule and the mean absolute error per game (EUR cents) that it leads to. */
export interface RuleError {
  rule: PriceRule;
  mae: number;
}

/**
 * How well each rule does that makes one price of a hurdle's two outputs, the better one first (`median` where both do alike). Rows are
 * those of validation games: test games must not choose. Throws what `perGame` throws.
 */
export function comparePriceRules(
  rows: readonly PicturePrediction[],
  truth: ReadonlyMap<AppId, Cents>,
  scaler: HurdleScaler,
): RuleError[] {
  const errors = priceRules.map((rule): RuleError => {
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
