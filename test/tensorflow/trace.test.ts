import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { buildGraph } from '../../lib/tensorflow/graphDef';
import { loadNativeGraph } from '../../lib/tensorflow/nativeGraph';
import { addTrace, nativeId, traceOperations } from '../../lib/tensorflow/trace';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe('a trace', () => {
  it('becomes a graph that does the same with other numbers', () => {
    const before = tf.memory().numTensors;
    const builder = buildGraph();
    let names: string[] = [];
    const outputs = tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      const id = nativeId(x);
      const { value, trace } = traceOperations(() => {
        const [left, right] = tf.split(tf.mul(x, tf.scalar(10)), [1, 2], 1); // one operation with two outputs
        const pooled = tf.sum(tf.square(right!), 1, true);
        return [tf.concat([left!, pooled], 1), tf.cast(tf.greater(pooled, tf.scalar(3000)), 'float32')];
      });
      const inputs = new Map([[id, builder.input('x', 'float', [2, 3])]]);
      names = addTrace(builder, 'traced/', trace, inputs, value.map(nativeId));
      return value.map((tensor) => [...tensor.dataSync()]);
    });
    expect(outputs).toEqual([
      [10, 1300, 40, 6100],
      [0, 1],
    ]);
    const graph = loadNativeGraph(builder.savedModel());
    const run = (...data: number[]): number[][] =>
      graph
        .run({ x: { type: 'float', shape: [2, 3], data: Float32Array.from(data) } }, names)
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
      const id = nativeId(x);
      const { value, trace } = traceOperations(() => {
        tf.exp(x);
        return tf.neg(x);
      });
      const added: string[] = [];
      const builder = buildGraph();
      const spy = {
        ...builder,
        node: (...given: Parameters<typeof builder.node>) => {
          added.push(given[0]);
          return builder.node(...given);
        },
      };
      addTrace(spy, '', trace, new Map([[id, 'x']]), [nativeId(value)]);
      expect(trace.operations.map(({ name }) => name)).toEqual(['Exp', 'Neg']);
      expect(added).toEqual(['Neg']);
    });
  });

  it('holds tensors from before that are no inputs as they are', () => {
    const builder = buildGraph();
    const names = tf.tidy(() => {
      const [x, weight, untouched] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4]), tf.tensor1d([0, 1])];
      const known = new Map([[nativeId(x), builder.input('x', 'float', [2])]]);
      nativeId(weight); // in native memory already, unlike the other
      const { value, trace } = traceOperations(() => tf.add(tf.mul(x, weight), untouched));
      return addTrace(builder, '', trace, known, [nativeId(value)]);
    });
    const graph = loadNativeGraph(builder.savedModel());
    const [found] = graph.run({ x: { type: 'float', shape: [2], data: Float32Array.of(5, 6) } }, names);
    expect(found!.data).toEqual(Float32Array.of(15, 25));
    graph.dispose();
  });

  it('is refused when what is asked for is not in it', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2]);
      nativeId(x);
      const { trace } = traceOperations(() => {});
      expect(() => addTrace(buildGraph(), '', trace, new Map(), [nativeId(x)])).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
    });
  });

  it('ends with the work, even when that fails', () => {
    const { binding } = tf.backend() as unknown as { binding: object };
    expect(() =>
      traceOperations(() => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect((tf.backend() as unknown as { binding: object }).binding).toBe(binding);
  });
});
