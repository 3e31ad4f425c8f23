import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  classLogOdds,
  negated,
  outputColumn,
  predictedValue,
  type ScoreTarget,
} from '../../lib/explain/scoreTarget';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { withCode } from '../data/close';
import { largestDifference } from '../networks/headOracle';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** The scores of outputs, and the gradient of their sum; leaves no tensor behind. */
function scored(target: ScoreTarget, output: number[][]) {
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((x) => target(x as Tensor2D))(tf.tensor2d(output));
    return { scores: [...value.dataSync()], slopes: [...grad.dataSync()], rank: value.rank };
  });
  expect(result.rank).toBe(1);
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

describe('targets', () => {
  it('take the output that they name', () => {
    const output = [
      [1, 2],
      [3, 4],
    ];
    expect(scored(predictedValue, output).scores).toEqual([1, 3]);
    expect(scored(outputColumn(1), output)).toMatchObject({ scores: [2, 4], slopes: [0, 1, 0, 1] });
    for (const target of [outputColumn(2), outputColumn(-1), classLogOdds(2)]) {
      expect(() => scored(target, output)).toThrow(withCode('BAD_INPUT'));
    }
  });

  it('turn the sign for what lowers', () => {
    expect(scored(negated(outputColumn(1)), [[1, 2]])).toMatchObject({ scores: [-2], slopes: [0, -1] });
  });

  it('give the log odds of a class, as its probability has them', () => {
    const shares = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(shares, (parts) => {
        const sum = parts.reduce((a, b) => a + b);
        const probabilities = parts.map((part) => part / sum);
        parts.forEach((_, k) => {
          const p = probabilities[k]!;
          const { scores } = scored(classLogOdds(k), [probabilities]);
          // float32 logarithms of up to 7
          expect(Math.abs(scores[0]! - Math.log(p / (1 - p)))).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('go on where a softmax is sure, and stay finite where it is entirely', () => {
    const slopeOf = (target: ScoreTarget, logits: number[]): Float32Array =>
      tf.tidy(() =>
        Float32Array.from(
          tf
            .grad((x) => target(tf.softmax(x as Tensor2D)) as Tensor1D)(tf.tensor2d([logits]))
            .dataSync(),
        ),
      );
    // log odds of two classes are the difference of their logits: slopes 1 and −1, at any distance
    expect(largestDifference(slopeOf(classLogOdds(0), [20, 0]), [1, -1])).toBeLessThan(1e-3);
    expect(Math.abs(slopeOf(outputColumn(0), [20, 0])[0]!)).toBeLessThan(1e-6);
    const sure = scored(classLogOdds(0), [[1, 0]]);
    expect([...sure.scores, ...sure.slopes].every(Number.isFinite)).toBe(true);
  });
});
