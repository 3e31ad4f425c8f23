import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dropoutLayers } from '../../lib/networks/dropout';
import { modelWeights } from '../../lib/networks/modelWeights';
import { smallCnn } from '../../lib/networks/smallCnn';
import { modelSummary } from '../../lib/networks/summary';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';

let tf: TensorFlow;
let before: number;
const models: LayersModel[] = [];
const built = (seed: number): LayersModel => {
  const model = smallCnn.build([64, 64, 3], { outputs: 5 }, seed);
  models.push(model);
  return model;
};
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  before = tf.memory().numTensors;
});
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

describe('the small CNN', () => {
  it('halves four times, averages, and has one logit for each output', () => {
    const rows = modelSummary(built(1)).filter(({ kind }) => !/BatchNorm|ReLU/.test(kind));
    expect(rows.slice(1).map(({ kind, outputShape }) => [kind, outputShape])).toEqual([
      ['Conv2D', [64, 64, 16]],
      ['MaxPooling2D', [32, 32, 16]],
      ['Conv2D', [32, 32, 32]],
      ['MaxPooling2D', [16, 16, 32]],
      ['Conv2D', [16, 16, 64]],
      ['MaxPooling2D', [8, 8, 64]],
      ['Conv2D', [8, 8, 128]],
      ['MaxPooling2D', [4, 4, 128]],
      ['GlobalAveragePooling2D', [128]],
      ['Dropout', [128]],
      ['Dense', [5]],
    ]);
    // Kernels 9 · (3·16 + 16·32 + 32·64 + 64·128), four weights for each of 240 channels, 128 · 5 + 5.
    const parameters = modelSummary(built(1)).reduce((sum, row) => sum + row.parameters, 0);
    expect(parameters).toBe(97_200 + 960 + 645);
  });

  it('starts from weights that the seed alone determines, and has a dropout that can be started again', () => {
    expect(modelWeights(built(1))).toEqual(modelWeights(built(1)));
    expect(modelWeights(built(1))).not.toEqual(modelWeights(built(2)));
    expect(dropoutLayers(built(1))).toHaveLength(1);
  });

  it('tells pictures apart, with logits of a size to learn from', () => {
    const model = built(3);
    const logits = tf.tidy(() => {
      const pictures = tf.stack([tf.zeros([64, 64, 3]), tf.ones([64, 64, 3]), tf.fill([64, 64, 3], -1)]);
      return [...(model.predict(pictures) as Tensor).dataSync()];
    });
    expect(logits.every(Number.isFinite)).toBe(true);
    expect(logits.slice(0, 5)).toEqual([0, 0, 0, 0, 0]); // no bias anywhere yet
    expect(Math.max(...logits.map(Math.abs))).toBeGreaterThan(1e-3);
    expect(logits.slice(5, 10)).not.toEqual(logits.slice(10));
  });
});
