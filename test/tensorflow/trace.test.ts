import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { buildGraph } from '../../lib/tensorflow/graphDef';
import { loadNativeGraph } from '../../lib/tensorflow/nativeGraph';
import { addTraced, nativeId } from '../../lib/tensorflow/trace';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe('a trace', () => {
  it('becomes a graph that does the same with other numbers', () => {
    const before = tf.memory().numTensors;
    const builder = buildGraph();
    const [outputs, names] = tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      const known = new Map([[nativeId(x), builder.input('x', 'float', [2, 3])]]);
      const found: number[][] = [];
      const added = addTraced(builder, 'traced/', known, () => {
        const [left, right] = tf.split(tf.mul(x, tf.scalar(10)), [1, 2], 1); // one operation with two outputs
        const pooled = tf.sum(tf.square(right!), 1, true);
        const results = [
          tf.concat([left!, pooled], 1),
          tf.cast(tf.greater(pooled, tf.scalar(3000)), 'float32'),
        ];
        found.push(...results.map((tensor) => [...tensor.dataSync()]));
        return results;
      });
      return [found, added] as const;
    });
    expect(outputs).toEqual([
      [10, 1300, 40, 6100],
      [0, 1],
    ]);
    expect(names.every((name) => name.startsWith('traced/'))).toBe(true);
    const graph = loadNativeGraph(builder.savedModel());
    const run = (...data: number[]): number[][] =>
      graph
        .run({ x: { type: 'float', shape: [2, 3], data: Float32Array.from(data) } }, [...names])
        .map((output) => [...output.data]);
    expect(run(1, 2, 3, 4, 5, 6)).toEqual(outputs);
    expect(run(0, 1, 0, 1, 9, 0)).toEqual([
      [0, 100, 10, 8100],
      [0, 1],
    ]);
    graph.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes no more into the graph than leads to what is asked for', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2]);
      const added: string[] = [];
      const builder = buildGraph();
      const spy = {
        ...builder,
        node: (...given: Parameters<typeof builder.node>) => {
          added.push(given[0]);
          return builder.node(...given);
        },
      };
      addTraced(spy, '', new Map([[nativeId(x), 'x']]), () => {
        tf.exp(x);
        return [tf.neg(x)];
      });
      expect(added).toEqual(['Neg']);
    });
  });

  it('holds tensors from before that are no inputs as they are, even where one is the result', () => {
    const builder = buildGraph();
    const names = tf.tidy(() => {
      const [x, weight, untouched] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4]), tf.tensor1d([0, 1])];
      const known = new Map([[nativeId(x), builder.input('x', 'float', [2])]]);
      nativeId(weight); // in native memory already, unlike the other
      return addTraced(builder, '', known, () => [tf.add(tf.mul(x, weight), untouched), weight, x]);
    });
    expect(names[2]).toBe('x');
    const graph = loadNativeGraph(builder.savedModel());
    const x = { type: 'float', shape: [2], data: Float32Array.of(5, 6) } as const;
    const found = graph.run({ x }, names.slice(0, 2));
    expect(found.map(({ data }) => data)).toEqual([Float32Array.of(15, 25), Float32Array.of(3, 4)]);
    graph.dispose();
  });

  it('fills large constants that are all one number when it runs, so that the zeros of gradients are not in the file', () => {
    const builder = buildGraph();
    const rows = 100_000;
    const mixed = Float32Array.from({ length: rows }, (_, i) => (i === rows - 1 ? -0 : 0));
    const names = tf.tidy(() => {
      const x = tf.ones([rows]);
      const known = new Map([[nativeId(x), builder.input('x', 'float', [rows])]]);
      const slope = tf.grad((value) => tf.sum(tf.clipByValue(value, 0, 6)));
      return addTraced(builder, '', known, () => [slope(x), tf.div(x, tf.tensor1d(mixed))]);
    });
    const bytes = builder.savedModel();
    expect(bytes.length).toBeGreaterThan(4 * rows); // negative zero is another number
    expect(bytes.length).toBeLessThan(1.1 * 4 * rows);
    const graph = loadNativeGraph(bytes);
    const data = Float32Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? 5 : 7));
    const [slopes, quotients] = graph.run({ x: { type: 'float', shape: [rows], data } }, names);
    expect([...slopes!.data.slice(0, 4)]).toEqual([1, 0, 1, 0]);
    expect([...quotients!.data.slice(-2)]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    graph.dispose();
  });

  it('ends with the work, even when that fails', () => {
    const { binding } = tf.backend() as unknown as { binding: object };
    expect(() =>
      addTraced(buildGraph(), '', new Map(), () => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect((tf.backend() as unknown as { binding: object }).binding).toBe(binding);
  });
});
