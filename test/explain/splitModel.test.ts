import type { LayersModel, SymbolicTensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { predictedValue } from '../../lib/explain/scoreTarget';
import { modelSteps, splitAt } from '../../lib/explain/splitModel';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { largestDifference } from '../networks/weightFiles';
import { gradCam } from './explainActivations';
import { oracleModel } from './oracleModel';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const numbers = (count: number, ...labels: string[]): Float32Array =>
  Float32Array.from({ length: count }, random(3, ...labels).normal);

/** A convolution with drawn weights, and what it gives. */
function convolved(name: string, from: SymbolicTensor, filters = 3): SymbolicTensor {
  const layer = tf.layers.conv2d({ name, filters, kernelSize: 3, padding: 'same', activation: 'relu' });
  const result = layer.apply(from) as SymbolicTensor; // of one symbolic tensor
  const [kernel, bias] = layer.getWeights();
  layer.setWeights([
    tf.tensor(numbers(kernel!.size, name), kernel!.shape),
    tf.tensor(numbers(bias!.size, name, 'bias'), bias!.shape),
  ]);
  return result;
}

/** Three convolutions, the second passed by. */
function residualBase(name: string): LayersModel {
  const input = tf.input({ shape: [4, 4, 2] });
  const one = convolved('one', input);
  const two = convolved('two', one);
  const sum = tf.layers.add({ name: 'sum' }).apply([one, two]) as SymbolicTensor; // one output
  return tf.model({ name, inputs: input, outputs: convolved('three', sum) });
}

/** From a feature map to one number. */
const smallHead = (): LayersModel =>
  tf.sequential({
    name: 'head',
    layers: [
      tf.layers.globalAveragePooling2d({ name: 'gap', inputShape: [4, 4, 3], dataFormat: 'channelsLast' }),
      tf.layers.dense({ name: 'out', units: 1, kernelInitializer: tf.initializers.ones() }),
    ],
  });

/** The two parts of the model give the whole at this layer; tells how many tensors pass it by. */
function expectWhole(model: LayersModel, layer: string): number {
  const before = tf.memory().numTensors;
  const split = splitAt(model, layer);
  const passes = tf.tidy(() => {
    const [, ...size] = model.inputs[0]!.shape.map(Number);
    const values = numbers(2 * size.reduce((a, b) => a * b), 'images');
    const images = tf.tensor4d(values, [2, ...(size as [number, number, number])]);
    const { activations, passing } = split.first(images);
    expect(activations.shape).toEqual([2, ...split.shape]);
    const whole = (model.predict(images) as Tensor4D).dataSync(); // one output
    expect(Math.max(...whole)).toBeGreaterThan(0);
    // the same operations in the same order
    expect(largestDifference(split.rest(activations, passing).dataSync(), whole)).toBeLessThan(1e-5);
    return passing.length;
  });
  expect(tf.memory().numTensors).toBe(before);
  return passes;
}

describe('splitAt', () => {
  it('cuts MobileNetV2 where a residual connection passes the layer by, and the two parts give the whole', async () => {
    const { base, head, images } = await oracleModel();
    // block_4 adds its input to its output: the expansion inside it alone does not determine what follows.
    const split = splitAt(base, 'block_4_expand_relu');
    tf.tidy(() => {
      const input = tf.tensor4d(images, [1, 96, 96, 3]);
      const { activations, passing } = split.first(input);
      expect(passing).toHaveLength(1);
      const whole = (base.predict(input) as Tensor4D).dataSync();
      // same operations in the same order, but batch-norm is not fused in both: a few last places of float32
      expect(largestDifference(split.rest(activations, passing).dataSync(), whole)).toBeLessThan(1e-4);
    });
    base.dispose();
    head.dispose();
  });

  it('holds what passes the layer by fixed, as the derivative with respect to the layer alone demands', () => {
    // y = mean(relu(a) · 2 + x): around the layer "a", x passes by. d y / d a counts the first term only.
    const input = tf.input({ shape: [2, 2, 1] });
    const scaled = (name: string, by: number, from: SymbolicTensor): SymbolicTensor =>
      tf.layers
        .conv2d({
          name,
          filters: 1,
          kernelSize: 1,
          kernelInitializer: tf.initializers.constant({ value: by }),
        })
        .apply(from) as SymbolicTensor;
    const before = scaled('before', 3, input);
    const a = scaled('a', 1, before);
    const sum = tf.layers.add().apply([scaled('after', 2, a), before]) as SymbolicTensor;
    const base = tf.model({ inputs: input, outputs: sum });
    const split = splitAt(base, 'a');
    tf.tidy(() => {
      const { activations, passing } = split.first(tf.ones([1, 2, 2, 1]));
      const { weights, scores } = gradCam({
        activations: Float32Array.from(activations.dataSync()),
        shape: [1, 2, 2, 1],
        score: (x) => predictedValue(tf.mean<Tensor2D>(split.rest(x, passing), [1, 2])),
      });
      expect(scores[0]).toBeCloseTo(9, 6); // 3 · 1 · 2 + 3
      expect(weights[0]).toBeCloseTo(2 / 4, 6); // per place: 2 over four places
    });
    base.dispose();
  });

  it.each([
    ['one', 0],
    ['two', 1],
    ['sum', 0],
    ['three', 0],
  ])(
    'cuts at %s, which %d tensors pass by, also where the base is a layer of another model',
    (layer, passing) => {
      const base = residualBase('base');
      expect(expectWhole(base, layer)).toBe(passing);
      const input = tf.input({ shape: [4, 4, 2] });
      const features = base.apply(input) as SymbolicTensor;
      const whole = tf.model({ inputs: input, outputs: smallHead().apply(features) as SymbolicTensor });
      expect(expectWhole(whole, layer)).toBe(passing);
      expect(expectWhole(whole, `base/${layer}`)).toBe(passing);
      const chained = tf.sequential({ layers: [residualBase('base'), smallHead()] });
      expect(expectWhole(chained, layer)).toBe(passing);
    },
  );

  it('cuts two models deep, and knows what passes by the whole of the inner one', () => {
    const inner = residualBase('inner');
    const middleInput = tf.input({ shape: [4, 4, 2] });
    const middle = tf.model({
      name: 'middle',
      inputs: middleInput,
      outputs: tf.layers
        .concatenate({ name: 'both' })
        .apply([inner.apply(middleInput) as SymbolicTensor, middleInput]) as SymbolicTensor,
    });
    const input = tf.input({ shape: [4, 4, 2] });
    const outer = tf.model({
      inputs: input,
      outputs: convolved('last', middle.apply(convolved('first', input, 2)) as SymbolicTensor),
    });
    expect(modelSteps(outer).steps.map(({ path }) => path)).toEqual([
      input.sourceLayer.name,
      'first',
      'middle/inner/one',
      'middle/inner/two',
      'middle/inner/sum',
      'middle/inner/three',
      'middle/both',
      'last',
    ]);
    expect(expectWhole(outer, 'middle/inner/two')).toBe(2); // the sum's other term, and the concatenation's
    expect(expectWhole(outer, 'three')).toBe(1);
    expect(expectWhole(outer, 'first')).toBe(0);
  });

  it('tells two layers of one name apart by their paths, and refuses one that is used twice', () => {
    const input = tf.input({ shape: [4, 4, 2] });
    const [left, right] = ['left', 'right'].map((name) => residualBase(name));
    const sum = tf.layers
      .add()
      .apply([left!.apply(input) as SymbolicTensor, right!.apply(input) as SymbolicTensor]);
    const both = tf.model({ inputs: input, outputs: sum as SymbolicTensor });
    expect(() => splitAt(both, 'two')).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining('left/two, right/two') }),
    );
    expect(expectWhole(both, 'right/two')).toBe(2);

    const again = residualBase('again');
    const one = again.apply(input) as SymbolicTensor;
    const two = again.apply(tf.layers.zeroPadding2d({ padding: 0 }).apply(input)) as SymbolicTensor;
    const twice = tf.model({ inputs: input, outputs: tf.layers.add().apply([one, two]) as SymbolicTensor });
    expect(() => splitAt(twice, 'two')).toThrow(
      expect.objectContaining({
        code: 'BAD_INPUT',
        message: expect.stringContaining('used 2 times, at again/two'),
      }),
    );
  });

  it('names layers that exist when the one asked for does not', () => {
    const base = residualBase('base');
    expect(() => splitAt(base, 'top_relu')).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining('such as three') }),
    );
  });

  it('refuses a layer without a feature map, and a model of two inputs', () => {
    const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2, 1], name: 'flat' })] });
    expect(() => splitAt(model, 'flat')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    const inputs = [tf.input({ shape: [2, 2, 1] }), tf.input({ shape: [2, 2, 1] })];
    const two = tf.model({ inputs, outputs: tf.layers.add().apply(inputs) as SymbolicTensor });
    expect(() => splitAt(two, 'add')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});
