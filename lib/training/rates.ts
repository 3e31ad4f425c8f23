import type { LayersModel } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';

/** What changes weights beside their gradients: for each trained weight the number of its rate (default 0 for all), and the weight decay (default 0). */
export interface Updates {
  groups?: readonly number[];
  weightDecay?: number;
}

/** The learning rate of a layer and all that come behind it, up to the next one that is named. */
export interface LayerRate {
  from: string;
  /** Times the learning rate of the step. */
  factor: number;
  /** The first epoch in which they learn, counted from 1; default 1. */
  since?: number;
}

/** The number of the rate of each trained weight: 0 before the first layer of `rates`, 1 from there on, … Throws `BAD_INPUT`. */
export function rateGroups(model: LayersModel, rates: readonly LayerRate[] = []): number[] {
  const places = rates.map(({ from }) => model.layers.findIndex(({ name }) => name === from));
  const wrong = places.findIndex((place, i) => place <= (places[i - 1] ?? -1));
  if (wrong >= 0) {
    const fault = `${model.name} has no layer ${rates[wrong]!.from} there`; // found above
    throw new ReportError('BAD_INPUT', `${fault}: name layers of the model, in its order.`);
  }
  return model.trainableWeights.map((weight) => {
    const at = model.layers.findIndex((layer) => layer.trainableWeights.includes(weight));
    return places.filter((place) => place <= at).length;
  });
}

/** What the learning rate is multiplied by in an epoch, for each number that `rateGroups` gives. */
export const rateFactors = (epoch: number, rates: readonly LayerRate[] = []): number[] => [
  1,
  ...rates.map(({ factor, since = 1 }) => (epoch < since ? 0 : factor)),
];
