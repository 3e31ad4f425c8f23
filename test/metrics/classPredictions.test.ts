import { describe, expect, it } from 'vitest';
import type { Part, Prediction } from '../../lib/core/concepts';
import { evaluateTest } from '../../lib/metrics/classPredictions';
import { withCode } from '../data/close';

const said = (part: Part, label: string, predicted: string): Prediction<string, { label: string }> => ({
  ...{ id: `${part}-${label}-${predicted}`, file: 'a.jpg', part, label },
  predicted: { label: predicted },
});
const predictions = [
  said('training', 'b', 'a'),
  said('training', 'b', 'b'),
  said('training', 'a', 'a'),
  said('validation', 'a', 'a'),
  said('test', 'a', 'a'),
  said('test', 'b', 'a'),
  said('test', 'b', 'b'),
];

describe('evaluateTest', () => {
  it('counts test pictures only, for the model and for the most frequent class of the training pictures', () => {
    const { model, majority } = evaluateTest(predictions, ['a', 'b'], 1);
    expect(model.confusion).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(model.accuracy.share).toBeCloseTo(2 / 3, 12);
    expect(majority.confusion).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });

  it('is refused without test pictures', () => {
    expect(() => evaluateTest(predictions.slice(0, 4), ['a', 'b'], 1)).toThrow(withCode('BAD_INPUT'));
  });
});
