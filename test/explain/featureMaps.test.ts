import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { featureMaps, firstFilters } from '../../lib/explain/featureMaps';
import { smallCnn } from '../../lib/networks/smallCnn';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { expectClose, withCode } from '../data/close';
import { wavePixels } from '../images/pictures';

const size = 32;
const scaling = { offset: 0, scale: 1 / 255 };
let tf: TensorFlow;
beforeAll(async () => {
  tf = (await loadTensorFlow()).tf;
});

describe('what a layer gives', () => {
  it('is a map for each channel, as the model cut there has it', () => {
    const model = smallCnn.build([size, size, 3], { outputs: 2 }, 1);
    const cut = tf.model({ inputs: model.inputs, outputs: model.getLayer('relu2').output });
    const before = tf.memory().numTensors;
    const maps = featureMaps(model, 'relu2', wavePixels(size, size), scaling);
    expect(tf.memory().numTensors).toBe(before);
    expect(maps).toHaveLength(32);
    expect(maps[0]).toMatchObject({ width: 16, height: 16 });
    const expected = tf.tidy(() =>
      (cut.predict(tf.tensor4d(wavePixels(size, size), [1, size, size, 3]).div(255)) as Tensor)
        .transpose([0, 3, 1, 2])
        .dataSync(),
    );
    expectClose(
      maps.flatMap(({ values }) => [...values]).map((value) => value + 1),
      [...expected].map((value) => value + 1),
      1e-5,
    ); // float32
    expect(() => featureMaps(model, 'out', wavePixels(size, size), scaling)).toThrow(withCode('BAD_INPUT'));
    model.dispose();
  });
});

describe('the first filters', () => {
  it('are the windows of the first kernel', () => {
    const model = smallCnn.build([size, size, 3], { outputs: 2 }, 1);
    const { side, filters } = firstFilters(model);
    expect([side, filters.length, filters[0]?.length]).toEqual([3, 16, 27]);
    const kernel = model.getLayer('conv1').getWeights()[0]!.arraySync() as number[][][][];
    expect(filters[5]?.[(1 * 3 + 2) * 3 + 1]).toBe(kernel[1]![2]![1]![5]);
    model.dispose();
    const dense = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    expect(() => firstFilters(dense)).toThrow(withCode('BAD_INPUT'));
    dense.dispose();
  });
});
