import type { Tensor2D } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { negated, outputColumn, predictedValue, type ScoreTarget } from '../../lib/explain/scoreTarget';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';

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
  });

  it('turn the sign for what lowers', () => {
    expect(scored(negated(outputColumn(1)), [[1, 2]])).toMatchObject({ scores: [-2], slopes: [0, -1] });
  });
});
