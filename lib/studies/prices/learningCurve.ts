import type { Staged } from '../../core/stage';
import { evaluateBaselines } from '../../metrics/baselines';
import { type ErrorPoint, learningCurve } from '../../training/learningCurve';
import { pricesOf } from './games';
import { validationError } from './predictions';
import { type PreparedData, trainingPrices } from './preparedData';
import { type PriceModel, trainPriceModel } from './priceModel';
import type { Run } from './settings';

/**
 * How the error per validation game (EUR cents) falls with the number of training games: models with the settings of `model`, each trained on a
 * subset repeated until an epoch is as long as with all games, and `model` itself for all.
 */
export const errorByTrainingGames = (
  run: Run,
  prepared: PreparedData,
  model: Staged<PriceModel>,
  sizes?: readonly number[],
): Promise<ErrorPoint[]> => {
  const { training: items } = prepared.selection.split;
  return learningCurve(run, {
    ...{ items, sizes, inputs: { model: model.key } },
    error: async (games) => {
      if (games.size === items.length) return validationError(run, prepared, model);
      const smaller = await trainPriceModel(run, prepared, model.scaler.kind, { games });
      try {
        return await validationError(run, prepared, smaller);
      } finally {
        smaller.dispose();
      }
    },
  });
};

/** The error per validation game (EUR cents) when every game is given the median of the training prices. */
export const medianError = ({ selection }: PreparedData): number => {
  const { kept, split } = selection;
  const [, median] = evaluateBaselines(trainingPrices(selection), pricesOf(kept, split.validation));
  return median!.evaluation.mae; // mean and median, in this order
};
