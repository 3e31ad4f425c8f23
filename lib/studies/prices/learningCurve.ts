import type { Staged } from '../../core/stage';
import { evaluateBaselines } from '../../metrics/baselines';
import { type ErrorPoint, learningCurve } from '../../training/learningCurve';
import { pricesOf } from './games';
import { validationError } from './predictions';
import { type PreparedData, trainingPrices } from './preparedData';
import { type PriceModel, trainPriceModel } from './priceModel';
import type { Run } from './settings';

/** The error per validation game (EUR cents) by the number of training games, with the settings of `model`, which stands for all. */
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
