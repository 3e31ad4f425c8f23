import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { compiled } from '../../lib/tensorflow/compiled';
import { decodeFloat16 } from '../../lib/tensorflow/float16';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** Tensors of TensorFlow.js, native ones, and graphs. */
const counts = (): number[] => {
  const { binding } = tf.backend() as unknown as {
    binding: { getNumOfTensors(): number; getNumOfSavedModels(): number };
  };
  return [tf.memory().numTensors, binding.getNumOfTensors(), binding.getNumOfSavedModels()];
};
const float = (shape: number[], ...values: number[]) =>
  ({ type: 'float', shape, data: Float32Array.from(values) }) as const;

describe('a compiled function', () => {
  it('does the same as the function, gradients and all, and leaves nothing behind', () => {
    const weight = tf.variable(
      tf.tensor2d([
        [1, -2],
        [3, 4],
      ]),
    );
    weight.dataSync();
    tf.tidy(() => tf.neg(weight)); // in native memory now
    const before = counts();
    const fn = (x: Tensor): Tensor[] => {
      const { value, grad } = tf.valueAndGrad((input) =>
        tf
          .matMul(input as never, weight)
          .square()
          .sum(),
      )(x);
      return [value, grad];
    };
    const graph = compiled(fn, [{ type: 'float', shape: [1, 2] }]);
    for (const [a, b] of [
      [1, 2],
      [-3, 0.5],
    ] as const) {
      const found = graph.run(float([1, 2], a, b));
      const [left, right] = [a + 3 * b, -2 * a + 4 * b]; // x · weight
      expect(found[0]).toEqual({ shape: [], data: Float32Array.of(left ** 2 + right ** 2) });
      expect(found[1]).toEqual({
        shape: [1, 2],
        data: Float32Array.of(2 * (left - 2 * right), 2 * (3 * left + 4 * right)),
      });
    }
    graph.dispose();
    graph.dispose();
    expect(counts()).toEqual(before);
    weight.dispose();
  });

  it('keeps the weights that there were when it was compiled', () => {
    const weight = tf.variable(tf.scalar(2));
    const graph = compiled((x) => [tf.mul(x, weight)], [{ type: 'float', shape: [1] }]);
    weight.assign(tf.scalar(5));
    expect([...graph.run(float([1], 3))[0]!.data]).toEqual([6]);
    graph.dispose();
    weight.dispose();
  });

  it('takes bytes as numbers, several inputs, and any number of rows', () => {
    const graph = compiled(
      (x, y) => [tf.add(x, y), tf.cast(tf.greater(x, y), 'int32')],
      [
        { type: 'uint8', shape: [-1, 2] },
        { type: 'float', shape: [] },
      ],
    );
    for (const rows of [1, 3]) {
      const data = Uint8Array.from({ length: 2 * rows }, (_, i) => 250 + i);
      const [sum, above] = graph.run({ type: 'uint8', shape: [rows, 2], data }, float([], 250.5));
      expect([...sum!.data]).toEqual([...data].map((value) => value + 250.5));
      expect(above).toEqual({
        shape: [rows, 2],
        data: Int32Array.from(data, (value) => (value > 250 ? 1 : 0)),
      });
    }
    graph.dispose();
  });

  it('can also give half precision', () => {
    const graph = compiled((x) => [tf.mul(x, 3)], [{ type: 'float', shape: [1, 4] }]);
    const [halves] = graph.halves(float([1, 4], 0.5, -1, 2, 1000));
    expect([...decodeFloat16(halves!)]).toEqual([1.5, -3, 6, 3000]);
    graph.dispose();
  });

  it('leaves nothing behind when the function fails', () => {
    const before = counts();
    expect(() =>
      compiled(() => {
        throw new Error('stop');
      }, [{ type: 'float', shape: [1] }]),
    ).toThrow('stop');
    expect(counts()).toEqual(before);
  });
});
