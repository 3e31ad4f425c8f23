import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Tensor, Variable } from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { Layer } from '../../lib/networks/layers';
import { placed } from '../../lib/networks/layers';
import type { TorchTensor } from '../../lib/networks/torchFile';
import { tensorsOf, torchArrays, torchName } from '../../lib/networks/torchWeights';
import { buildWeighted } from '../../lib/networks/weighted';
import { tensorflow } from '../../lib/tensorflow/backend';
import { oracleArrays, oracleFolder, oracleJson } from '../oracle';
import { largestDifference } from './weightFiles';

interface Case {
  params: number;
  labels: number[] | null;
  loss_train: number;
  layers: { name: string; shape_nchw: number[]; mean: number; std: number }[];
  grads: Record<string, { norm: number; first4: number[] }>;
}

const { nets } = oracleJson<{ nets: Record<string, Case> }>('classes/nets');
const arrays = oracleArrays('classes/nets');

/** As `arrays` does, with its axes moved. */
export function transposed(
  shape: readonly number[],
  data: ArrayLike<number>,
  axes: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  let places = [0];
  for (const axis of axes) {
    places = places.flatMap((place) =>
      Array.from({ length: shape[axis]! }, (_, i) => place + i * strides[axis]!),
    );
  }
  return Float32Array.from(places, (place) => data[place]!);
}

/** A tensor as it would come out of a file of torch. */
export const torchTensor = (
  name: string,
  shape: readonly number[],
  data: ArrayLike<number>,
): TorchTensor => ({
  name,
  shape,
  ordered: (axes) => ({
    name,
    shape: axes.map((axis) => shape[axis]!),
    data: transposed(shape, data, axes),
  }),
});

/** The weights of a case under torch's names. */
const stateOf = (key: string): TorchTensor[] =>
  Object.entries(arrays).flatMap(([name, { shape, data }]) =>
    name.startsWith(`${key}/w/`)
      ? [torchTensor(name.slice(key.length + 3), shape, data as Float32Array)]
      : [],
  );

/** Compares a network with torch's by its weights: outputs in both modes, the loss, and every gradient. Leaves no tensor behind. */
export function compareWithTorch(key: string, layers: readonly Layer[]): void {
  const { tf } = tensorflow();
  const before = tf.memory().numTensors;
  const oracle = nets[key]!;
  const of = (what: string) => arrays[`${key}/${what}`]!;
  const nhwc = (what: string): Float32Array => {
    const { shape, data } = of(what);
    return shape.length === 4 ? transposed(shape, data, [0, 2, 3, 1]) : Float32Array.from(data);
  };
  const found = torchArrays(key, layers, tensorsOf(key, layers, stateOf(key), ' '));
  const model = buildWeighted({ layers, arrays: found });
  const [count = 0, channels = 0, height = 0, width = 0] = of('x').shape;
  tf.tidy(() => {
    const x = tf.tensor(nhwc('x'), [count, height, width, channels]);
    // Float32 by other kernels: torch's own is up to 2e-6 from its float64 here, and sums have up to 2,304 terms.
    const tolerance = 2e-4;
    const evaluated = (model.predict(x) as Tensor).dataSync();
    expect(largestDifference(evaluated, nhwc('y_eval'))).toBeLessThan(tolerance);
    const lossOf = (output: Tensor): Tensor => {
      if (oracle.labels === null) return output.mul(tf.tensor(nhwc('projection'), output.shape)).mean();
      const target = tf
        .oneHot(tf.tensor1d(oracle.labels, 'int32'), 5)
        .mul(0.9)
        .add(0.1 / 5);
      return target.mul(tf.logSoftmax(output)).sum().neg().div(count);
    };
    let output: Tensor | undefined;
    const variables = model.trainableWeights.map((weight) => weight.read() as Variable);
    const forward = (given: Tensor) => {
      const made = model.apply(given, { training: true }) as Tensor;
      output = tf.keep(made.clone());
      return lossOf(made).asScalar();
    };
    const { value, grads } = tf.variableGrads(() => forward(x), variables);
    expect(largestDifference(output!.dataSync(), nhwc('y_train'))).toBeLessThan(tolerance);
    output!.dispose();
    expect(Math.abs(value.dataSync()[0]! - oracle.loss_train)).toBeLessThan(tolerance);
    const gradient = tf.grad(forward)(x).dataSync();
    output!.dispose();
    // Gradients are sums of far smaller numbers: within a thousandth of the largest.
    const expected = nhwc('grad_x');
    const most = expected.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0);
    expect(largestDifference(gradient, expected)).toBeLessThan(1e-3 * most);
    const norms = model.trainableWeights.map((weight, i) => {
      const name = `${model.layers.find((layer) => layer.weights.includes(weight))!.name}/${weight.originalName.split('/').pop()}`;
      return [torchName(name), grads[variables[i]!.name]!.norm().dataSync()[0]!] as const;
    });
    expect(norms.map(([name]) => name).sort()).toEqual(Object.keys(oracle.grads).sort());
    for (const [name, norm] of norms) {
      const wanted = oracle.grads[name]!.norm; // named above
      // Of a bias that the next normalization takes out again nothing but rounding is left.
      expect([name, Math.abs(norm - wanted) < 1e-3 * wanted + 1e-5]).toEqual([name, true]);
    }
  });
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
}

const structure = (library: string) =>
  JSON.parse(
    gunzipSync(readFileSync(path.join(oracleFolder, `classes/structure_${library}.json.gz`))).toString(),
  ) as Record<string, Record<'shapes' | 'weights_in_order', [name: string, shape: number[]][]>>;

/** Names and shapes of a network of torchvision, without its top. */
export const torchStructure = (network: string, top: RegExp) =>
  structure('torch')[`torchvision.${network}`]!.shapes.filter(([name]) => !top.test(name));

/** Names and shapes of a network of Keras, without its top. */
export const kerasStructure = (network: string) =>
  structure('keras')[`keras.${network}_notop`]!.weights_in_order;

/** The same of our layers, as torch names and lays them out. */
export const asTorch = (layers: readonly Layer[]) =>
  placed(layers).flatMap(({ layer, weights }) =>
    weights.map(({ name, shape }) => {
      const [h, w, i, o] = shape as [number, number, number, number];
      const torch = shape.length < 4 ? shape : layer.kind === 'depthwise' ? [i, o, h, w] : [o, i, h, w];
      return [torchName(name), torch];
    }),
  );
