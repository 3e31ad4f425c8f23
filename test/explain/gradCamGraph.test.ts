import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { createExplainer } from '../../lib/explain/gradCamGraph';
import { explainActivations } from '../../lib/explain/method';
import { explanationMethods } from '../../lib/explain/methods';
import { headScore, outputColumn, predictedValue } from '../../lib/explain/scoreTarget';
import { buildHead } from '../../lib/networks/head';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { nativeId } from '../../lib/tensorflow/trace';
import { largestDifference } from '../networks/headOracle';

const shape = [3, 3, 8] as const;
const settings = { l2: 0.01, dropout1: 0.5, dropout2: 0.5, seed: 1, filters: 16, units: [24, 16] as const };
let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const picture = (label: string): Float32Array =>
  Float32Array.from({ length: 72 }, random(2, label).normal).map((value) => Math.max(0, value));

describe('an explainer', () => {
  const price = ['a price', 1, 0] as const;
  const category = ['a class', 4, 2] as const;
  it.each(
    [price, category].flatMap((what) =>
      Object.entries(explanationMethods).map(([name, method]) => [...what, name, method] as const),
    ),
  )(
    'gives what is given for each picture alone: %s, %s, column %i, by %s',
    (_, outputs, column, _name, method) => {
      const head = buildHead(shape, { ...settings, outputs });
      for (const weight of head.weights) nativeId(weight.read()); // handed over now, and not at their first use
      const before = tf.memory().numTensors;
      const target = outputs > 1 ? outputColumn(column) : predictedValue;
      const explainer = createExplainer(head, target, method);
      for (const label of ['a', 'b', 'c']) {
        const activations = picture(label);
        const score = headScore(head, target);
        const expected = explainActivations(method, { activations, shape: [1, ...shape], score });
        const found = explainer.explain(activations);
        // The same operations, fused: float32 rounding of values below 1.
        expect(largestDifference(found.maps[0]!.values, expected.maps[0]!.values)).toBeLessThan(1e-6);
        expect(found.weights === null).toBe(expected.weights === null);
        expect(largestDifference(found.weights ?? [], expected.weights ?? [])).toBeLessThan(1e-6);
        expect(largestDifference(found.scores, expected.scores)).toBeLessThan(1e-6);
        expect([found.maps[0]!.width, found.maps[0]!.height]).toEqual([3, 3]);
        expect(Math.max(...found.maps[0]!.values.map(Math.abs))).toBeGreaterThan(0);
      }
      explainer.dispose();
      expect(tf.memory().numTensors).toBe(before);
      head.dispose();
    },
  );

  it('refuses activations that do not fit, and maps that are no numbers', () => {
    const head = buildHead(shape, settings);
    const explainer = createExplainer(head);
    expect(() => explainer.explain(new Float32Array(71))).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
    expect(() => explainer.explain(picture('a').fill(Number.NaN))).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
    explainer.dispose();
    head.dispose();
  });
});
