import { beforeAll, describe, expect, it } from 'vitest';
import { buildHead } from '../../lib/networks/head';
import { assignWeights, modelWeights } from '../../lib/networks/modelWeights';
import { loadTensorFlow } from '../../lib/tensorflow/backend';

const small = { l2: 0.01, dropout1: 0.6, dropout2: 0.7, seed: 42, filters: 4, units: [6, 5] as const };
beforeAll(() => loadTensorFlow());

describe('assignWeights', () => {
  it('refuses weights of another shape, order or number and leaves the model as it was', () => {
    const head = buildHead([3, 3, 8], small);
    const weights = modelWeights(head);
    const refused = [
      weights.slice(1),
      [...weights].reverse(),
      [...weights, weights[0]!],
      weights.map((array) => ({ ...array, data: array.data.slice(1) })),
    ];
    for (const arrays of refused) {
      expect(() => assignWeights(head, arrays)).toThrow(expect.objectContaining({ code: 'BAD_WEIGHTS' }));
    }
    expect(modelWeights(head)).toEqual(weights);
    head.dispose();
  });
});
