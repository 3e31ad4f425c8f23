import type { LayersModel, Rank, Tensor4D } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Attribution, type Attributor, gapOf, referenceError } from '../../lib/explain/attribution';
import { openDeepShap } from '../../lib/explain/deepShap';
import { expectedGradients, integratedGradients } from '../../lib/explain/pathGradients';
import { buildModel, type Layer } from '../../lib/networks/layers';
import { smallCnn, vggLike } from '../../lib/networks/smallCnn';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { largestDifference } from '../networks/weightFiles';
import { oracleJson } from '../oracle';
import { kerasUniform } from '../training/kerasWeights';

interface Found {
  values: number[];
  whole: number[];
  base: number[];
}
const oracle = oracleJson<{ seed: number; logits: Found; softmax: Found }>('explain/shap');

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** A network with a layer of every kind that there is a rule for. */
const everyKind: Layer[] = [
  { kind: 'input', name: 'in', shape: [15, 14, 2] },
  { kind: 'conv', name: 'conv', filters: 6, size: 3, bias: true },
  { kind: 'batchNorm', name: 'norm' },
  { kind: 'relu', name: 'relu' },
  { kind: 'maxPool', name: 'passed', size: 3, stride: 2 },
  { kind: 'depthwise', name: 'depth', size: 3 },
  { kind: 'sigmoid', name: 'curve' },
  { kind: 'add', name: 'add', to: 'passed' },
  { kind: 'conv', name: 'narrow', filters: 5, size: 3, stride: 2, bias: true },
  { kind: 'sigmoid', name: 'sigmoid' },
  { kind: 'conv', name: 'last', filters: 4, size: 2, padding: 'valid', bias: true },
  { kind: 'maxPool', name: 'pool', size: 2, padding: 'valid' },
  { kind: 'flatten', name: 'flatten' },
  { kind: 'dense', name: 'out', units: 3 },
];

/** The network with weights drawn from a seed, as `make_shap.py` draws them. */
function drawn(layers: readonly Layer[], seed: number): LayersModel {
  const model = buildModel(layers);
  model.layers
    .flatMap(({ weights }) => weights)
    .forEach((weight, k) => {
      const shape = weight.shape as number[]; // no open dimension
      const [low, high] = /gamma|variance/.test(weight.originalName) ? [0.5, 1.5] : [-0.8, 0.8];
      const count = shape.reduce((a, b) => a * b, 1);
      tf.tidy(() => {
        weight.write(tf.tensor(kerasUniform(seed + 1000 * k, count, low, high), shape));
      });
    });
  return model;
}

const pictures = (seed: number, shape: [number, number, number, number]): Tensor4D =>
  tf.tensor4d(
    kerasUniform(
      seed,
      shape.reduce((a, b) => a * b, 1),
      -1,
      1,
    ),
    shape,
  );

/** Attributions of each picture by itself, and the number of tensors that they have left. */
function explained(explain: Attributor, all: Tensor4D, outputs: readonly number[]): Attribution[][] {
  const before = tf.memory().numTensors;
  const each = tf.split(all, all.shape[0]);
  const found = each.map((picture) => explain(picture as Tensor4D, outputs)); // of four axes still
  tf.dispose(each);
  expect(tf.memory().numTensors).toBe(before);
  return found;
}

describe('DeepSHAP', () => {
  it.each(['logits', 'softmax'] as const)('gives what shap.DeepExplainer gives of %s', (kind) => {
    const { values, whole, base } = oracle[kind];
    const before = tf.memory().numTensors;
    const model = drawn(everyKind, oracle.seed);
    const references = pictures(oracle.seed + 2, [7, 15, 14, 2]);
    const asked = pictures(oracle.seed + 1, [2, 15, 14, 2]);
    const { explain, dispose } = openDeepShap({ model, references, softmax: kind === 'softmax' });
    const found = explained(explain, asked, [0, 1, 2]).flat().slice(0, whole.length);
    const largest = Math.max(...values.map(Math.abs));
    // Both add up float32 numbers, in other orders.
    expect(
      largestDifference(
        found.flatMap(({ mean }) => [...mean]),
        values,
      ) / largest,
    ).toBeLessThan(1e-4);
    const wholes = found.map((one) => one.whole);
    expect(largestDifference(wholes, whole)).toBeLessThan(1e-5);
    expect(
      largestDifference(
        found.slice(0, 3).map((one) => one.base),
        base,
      ),
    ).toBeLessThan(1e-5);
    dispose();
    tf.dispose([references, asked]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('adds up to what the picture has more than the references, in any of our networks', () => {
    const networks = [smallCnn, vggLike].map((network) => network.layers!([16, 16, 3], 4, 0) as Layer[]); // lists of layers
    const [seeds, network] = [fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(everyKind, ...networks)];
    fc.assert(
      fc.property(seeds, network, fc.boolean(), (seed, layers, softmax) => {
        const model = drawn(layers, seed);
        const [, ...shape] = model.inputs[0]!.shape as [null, number, number, number];
        const [references, asked] = [pictures(seed + 1, [3, ...shape]), pictures(seed + 2, [1, ...shape])];
        const { explain, dispose } = openDeepShap({ model, references, softmax });
        const [found] = explained(explain, asked, [0, 2]);
        for (const one of found!) {
          const size = Math.max(1, Math.abs(one.whole), Math.abs(one.base));
          expect(Math.abs(gapOf(one)) / size).toBeLessThan(1e-4); // float32 through ten layers
        }
        dispose();
        tf.dispose([references, asked]);
        model.dispose();
      }),
      { numRuns: 9 },
    );
  });

  it('gives the same where it is asked for too little to make one graph of it', () => {
    const model = drawn(everyKind, 4);
    const [references, asked] = [pictures(5, [3, 15, 14, 2]), pictures(6, [1, 15, 14, 2])];
    const ways = [openDeepShap({ model, references }), openDeepShap({ model, references }, 1)];
    const [graph, single] = ways.map(({ explain }) => explained(explain, asked, [0, 2])[0]!);
    single!.forEach(({ each, whole, base }, i) => {
      const other = graph![i]!;
      expect(
        largestDifference([...each, whole, base], [...other.each, other.whole, other.base]),
      ).toBeLessThan(1e-5); // float32, in another order
    });
    for (const { dispose } of ways) dispose();
    tf.dispose([references, asked]);
    model.dispose();
  });

  it('gives nothing to what picture and references have in common', () => {
    const model = drawn(everyKind, 3);
    const asked = pictures(1, [1, 15, 14, 2]);
    const references = tf.tidy(() => asked.mul(tf.tensor1d([1, -1]))) as Tensor4D;
    const { explain, dispose } = openDeepShap({ model, references });
    const [[{ mean }]] = explained(explain, asked, [1]) as [[Attribution]];
    expect(mean.filter((value, i) => i % 2 === 0 && value !== 0)).toHaveLength(0);
    expect(mean.some((value) => value !== 0)).toBe(true);
    dispose();
    tf.dispose([references, asked]);
    model.dispose();
  });

  it('refuses a layer that mixes values without a rule, by name', () => {
    const layers: Layer[] = [
      { kind: 'input', name: 'in', shape: [4, 4, 2] },
      { kind: 'sigmoid', name: 'gate' },
      { kind: 'multiply', name: 'gated', to: 'in' },
      { kind: 'flatten', name: 'flatten' },
      { kind: 'dense', name: 'out', units: 2 },
    ];
    const gated = drawn(layers, 1);
    const fused = tf.sequential({
      layers: [tf.layers.dense({ units: 2, activation: 'relu', inputShape: [3] })],
    });
    for (const [model, name] of [
      [gated, 'gated (Multiply)'],
      [fused, /dense.* \(Dense, relu\)/],
    ] as const) {
      const references = tf.zeros<Rank.R4>([1, 4, 4, 2]); // refused before it is looked at
      expect(() => openDeepShap({ model, references })).toThrow(name);
      references.dispose();
      model.dispose();
    }
  });
});

describe('gradients along a path', () => {
  it('are those of a linear network at every point, whatever the path', () => {
    const layers = everyKind.filter(({ kind }) => ['input', 'flatten', 'dense'].includes(kind));
    const model = drawn(layers, 5);
    const [references, asked] = [pictures(1, [4, 15, 14, 2]), pictures(2, [1, 15, 14, 2])];
    const shap = openDeepShap({ model, references });
    const [[exact]] = explained(shap.explain, asked, [1]) as [[Attribution]];
    const [[steps]] = explained(integratedGradients({ model, references }, 3), asked, [1]) as [[Attribution]];
    expect(largestDifference(steps.mean, exact.mean)).toBeLessThan(1e-5);
    const expected = expectedGradients({ model, references }, { seed: 1, draws: 2000 });
    const [[drawn_]] = explained(expected, asked, [1]) as [[Attribution]];
    const error = referenceError(drawn_, { seed: 1 });
    const off = exact.mean.map((value, i) => Math.abs(value - drawn_.mean[i]!) / error[i]!);
    expect(Math.max(...off)).toBeLessThan(5); // standard errors, of 420 values
    shap.dispose();
    tf.dispose([references, asked]);
    model.dispose();
  });

  it('come the nearer to adding up, the more steps there are', () => {
    const model = drawn(everyKind, 5);
    const [references, asked] = [pictures(1, [2, 15, 14, 2]), pictures(2, [1, 15, 14, 2])];
    const gap = (steps: number) => {
      const [[found]] = explained(integratedGradients({ model, references }, steps), asked, [0]) as [
        [Attribution],
      ];
      return Math.abs(gapOf(found));
    };
    expect(gap(300)).toBeLessThan(gap(2) / 5);
    tf.dispose([references, asked]);
    model.dispose();
  });
});

describe('the error that comes from the references', () => {
  it('is that of a mean, and less where what differs between groups is in every draw', () => {
    const groups = Array.from({ length: 100 }, (_, i) => i % 2);
    const each = Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? groups[i / 2]! : (i % 7) - 3));
    const [alone, one] = referenceError({ each, references: 100 }, { seed: 1, resamples: 2000 });
    expect(alone).toBeCloseTo(0.05, 2); // √(p (1 − p) / 100)
    expect(one).toBeCloseTo(0.2, 2);
    const [grouped] = referenceError({ each, references: 100 }, { seed: 1, groups });
    expect(grouped).toBeLessThan(1e-6);
  });
});
