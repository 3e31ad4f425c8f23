import { type BaselineResult, evaluateBaselines, fitBaselines } from '../../metrics/baselines';
import { findCollapse } from '../../metrics/collapse';
import { type Evaluation, evaluate } from '../../metrics/metrics';
import { type AveragingOptions, type GamePrediction, perGame } from './perGame';
import { fitTarget, type Predicted, type TargetScaler } from './target';
import type { AppId, Cents } from './units';

/** What is said of one picture, beside the truth. */
export interface JudgedPicture {
  id: AppId;
  predicted: Predicted;
  price: Cents;
  truth: Cents;
}

/** How good the predictions of some games' pictures are, beside constant predictions for the same games. */
export interface Judgement {
  /** Each picture counts once. */
  image: Evaluation;
  /** Each game counts once, predicted from all its pictures. */
  game: Evaluation;
  games: GamePrediction[];
  /** The mean and the median of the training prices, each given to every game. */
  baselines: BaselineResult[];
  /** A sentence when the predictions of the games have collapsed, else null. */
  collapse: string | null;
}

/**
 * Judges predictions against the truth. `scaler` is the model's own, for averaging pictures; standardized errors are in standard
 * deviations of the training prices, whatever the model learnt. Throws `BAD_INPUT` as the metrics do.
 */
export function judge(
  pictures: readonly JudgedPicture[],
  trainingPrices: readonly Cents[],
  scaler: TargetScaler,
  averaging: AveragingOptions = {},
): Judgement {
  const standardized = fitTarget('standardized', trainingPrices);
  const games = perGame(pictures, new Map(pictures.map(({ id, truth }) => [id, truth])), scaler, averaging);
  const truth = games.map((game) => game.truth);
  const predicted = games.map((game) => game.predicted);
  return {
    image: evaluate(
      pictures.map((picture) => picture.truth),
      pictures.map(({ price }) => price),
      standardized,
    ),
    game: evaluate(truth, predicted, standardized),
    games,
    baselines: evaluateBaselines(fitBaselines(trainingPrices), truth, standardized),
    collapse: findCollapse(truth, predicted),
  };
}
