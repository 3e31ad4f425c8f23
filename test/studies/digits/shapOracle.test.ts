import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attribute } from '../../../lib/explain/attribute';
import { gapOf, sumOf } from '../../../lib/explain/attribution';
import { pathGradients } from '../../../lib/explain/pathGradients';
import { exactTiles, tileSums } from '../../../lib/explain/shapleyTiles';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { largestDifference } from '../../networks/weightFiles';
import { oracleJson } from '../../oracle';
import { kerasUniform } from '../../training/kerasWeights';
import { mnistTest, needMnist } from './mnist';
import { kerasTrained, oracleFloats } from './trained';

interface Gradients {
  image: number;
  cls: number;
  sum: number;
}
const oracle = oracleJson<{
  explained: number[];
  background: number[];
  values: Record<'logits' | 'softmax', { file: string; fx: number[][]; meanBackground: number[] }>;
  integratedGradients: (Gradients & { steps: number; file?: string })[];
  expectedGradients: (Gradients & {
    file: string;
    draws: number;
    backgroundSeed: number;
    alphaSeed: number;
  })[];
  exactTiles: (Gradients & { baselineIndex: number; phi: number[]; deepShapTiles: number[] })[];
}>('explain/explanations');

const every = Array.from({ length: 10 }, (_, k) => k);
/** Of the largest value, for both sides add up float32 numbers. */
const TOLERANCE = 1e-4;
const apart = (found: ArrayLike<number>, expected: ArrayLike<number>): number =>
  largestDifference(found, expected) / Math.max(...Array.from(expected, Math.abs));

/**
 * Which outputs of the pictures float32 determines to the tolerance. The rule of softmax divides by the difference of two logits; one of 0.01
 * is known to 1e-4 of itself, as logits of ten are to 1e-6, so outputs with a smaller one differ from processor to processor, in either library.
 */
const determined = (kind: string, pictures: Float32Array, references: Float32Array): boolean[] => {
  const logitsOf = (values: Float32Array): number[][] =>
    tf.tidy(() => {
      const given = tf.tensor4d(values, [values.length / 784, 28, 28, 1]);
      return (model.predict(given) as Tensor2D).arraySync();
    });
  const [own, others] = [logitsOf(pictures), logitsOf(references)];
  return own.flatMap((logits) =>
    logits.map((logit, k) => kind === 'logits' || others.every((one) => Math.abs(one[k]! - logit) > 0.01)),
  );
};

let tf: TensorFlow;
let model: LayersModel;
let mnist: Awaited<ReturnType<typeof mnistTest>>;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  mnist = await mnistTest();
  model = kerasTrained();
}, 120_000);
afterAll(() => model.dispose());

describe('on digits, with weights that Keras has trained,', () => {
  it.for(['logits', 'softmax'] as const)(
    'DeepSHAP of %s is that of shap.DeepExplainer',
    async (kind, context) => {
      const { pixels } = needMnist(mnist, context);
      const { file, fx, meanBackground } = oracle.values[kind];
      const before = tf.memory().numTensors;
      const found = await attribute({
        ...{ model, seed: 1, softmax: kind === 'softmax', outputs: () => every },
        pictures: pixels(oracle.explained),
        references: pixels(oracle.background),
      });
      expect(tf.memory().numTensors).toBe(before);
      const values = found.flatMap((all) => all.flatMap(({ mean }) => [...mean]));
      const known = determined(kind, pixels(oracle.explained), pixels(oracle.background));
      expect(known.filter(Boolean).length).toBeGreaterThanOrEqual(0.8 * known.length);
      const expected = oracleFloats(file);
      const kept = values.map((value, i) => (known[Math.floor(i / 784)] ? value : expected[i]!)); // as many
      expect(apart(kept, expected)).toBeLessThan(TOLERANCE);
      expect(
        apart(
          found.flat().map(({ whole }) => whole),
          fx.flat(),
        ),
      ).toBeLessThan(TOLERANCE);
      expect(
        apart(
          found[0]!.map(({ base }) => base),
          meanBackground,
        ),
      ).toBeLessThan(TOLERANCE);
      expect(Math.max(...found.flat().map((one) => Math.abs(gapOf(one))))).toBeLessThan(1e-4);
    },
  );

  it('integrated and expected gradients are those of TensorFlow at the same points', (context) => {
    const { pixels } = needMnist(mnist, context);
    for (const { image, cls, steps, file, sum } of oracle.integratedGradients) {
      const points = Array.from({ length: steps }, (_, step) => ({
        reference: 0,
        share: (step + 0.5) / steps,
      }));
      const mean = along(new Float32Array(784), points, pixels([image]), cls);
      expect(Math.abs(sumOf(mean) - sum)).toBeLessThan(1e-3);
      if (file) expect(apart(mean, oracleFloats(file))).toBeLessThan(TOLERANCE);
    }
    for (const { image, cls, draws, backgroundSeed, alphaSeed, file } of oracle.expectedGradients) {
      const shares = kerasUniform(alphaSeed, draws, 0, 1);
      const points = [...kerasUniform(backgroundSeed, draws, 0, 25)].map((drawn, i) => {
        return { reference: Math.floor(drawn), share: shares[i]! }; // as many
      });
      const mean = along(pixels(oracle.background), points, pixels([image]), cls);
      expect(apart(mean, oracleFloats(file))).toBeLessThan(TOLERANCE);
    }
  });

  it('exact values of tiles, and those of DeepSHAP, are those of the oracle', async (context) => {
    const { pixels } = needMnist(mnist, context);
    const { image, baselineIndex, cls, phi, deepShapTiles } = oracle.exactTiles[0]!;
    const [picture, reference] = [pixels([image]), pixels([baselineIndex])];
    const exact = exactTiles({ model, picture, reference, output: cls, grid: 4 });
    expect(apart(exact, phi)).toBeLessThan(TOLERANCE);
    const found = await attribute({
      model,
      seed: 1,
      pictures: picture,
      references: reference,
      outputs: () => [cls],
    });
    expect(apart(tileSums(found[0]![0]!.mean, 28, 28, 4), deepShapTiles)).toBeLessThan(TOLERANCE);
  }, 120_000);
});

/** What gradients at points on the way from references add to a class. */
function along(
  references: Float32Array,
  points: readonly { reference: number; share: number }[],
  picture: Float32Array,
  cls: number,
): Float32Array {
  const others = tf.tensor4d(references, [references.length / 784, 28, 28, 1]);
  const own = tf.tensor4d(picture, [1, 28, 28, 1]);
  const [found] = pathGradients({ model, references: others }, points)(own, [cls]);
  tf.dispose([others, own]);
  return found!.mean; // of one class
}
