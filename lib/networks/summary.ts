import type { LayersModel } from '@tensorflow/tfjs';
import { type Layer, placed } from './layers';

export interface SummaryRow {
  name: string;
  /** The layer's class, such as `Dense`, or what a row stands for. */
  kind: string;
  /** Output shape of one image, without the batch: `[3, 3, 64]`. */
  outputShape: readonly number[];
  parameters: number;
  /** Those of them that training changes; the rest are fixed or running statistics. */
  trainable: number;
}

/** One row per layer of `head`, after the rows given for what comes before it (the frozen base, say, as one row). */
export function modelSummary(head: LayersModel, before: readonly SummaryRow[] = []): SummaryRow[] {
  const count = (weights: { shape: readonly (number | null)[] }[]): number =>
    weights.reduce((sum, { shape }) => sum + shape.map(Number).reduce((a, b) => a * b, 1), 0); // weights have no open dimension
  const rows = head.layers.map((layer) => ({
    name: layer.name,
    kind: layer.getClassName() === 'SeededDropout' ? 'Dropout' : layer.getClassName(),
    outputShape: (layer.outputShape as (number | null)[]).slice(1).map(Number), // one output per layer
    parameters: count(layer.weights),
    trainable: count(layer.trainableWeights),
  }));
  return [...before, ...rows];
}

/** The numbers of a model that training changes. */
export const trainableCount = (model: LayersModel): number =>
  modelSummary(model).reduce((sum, { trainable }) => sum + trainable, 0);

/** The same as `modelSummary` of a list of layers, without a model. */
export const layerSummary = (layers: readonly Layer[]): SummaryRow[] =>
  placed(layers).map(({ layer, shape, weights }) => {
    const count = (some: typeof weights): number =>
      some.reduce((sum, weight) => sum + weight.shape.reduce((a, b) => a * b, 1), 0);
    const parameters = count(weights);
    const trainable = parameters - count(weights.filter(({ name }) => name.includes('/moving_')));
    return { name: layer.name, kind: layer.kind, outputShape: shape, parameters, trainable };
  });
