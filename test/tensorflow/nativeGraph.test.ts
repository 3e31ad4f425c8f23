import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { attribute, buildGraph } from '../../lib/tensorflow/graphDef';
import { loadNativeGraph } from '../../lib/tensorflow/nativeGraph';

const T = attribute.type('float');
let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** Native tensors, and those of TensorFlow.js. */
function counts(): number[] {
  const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number } };
  return [tf.memory().numTensors, binding.getNumOfTensors()];
}

/** x · 2 as float32, and the lengths of the texts as int32. */
function twoOutputs() {
  const graph = buildGraph('/device:CPU:0');
  const x = graph.input('x', 'float', [-1]);
  graph.node('Mul', 'double', [x, graph.constant('two', [], Float32Array.of(2))], { T });
  graph.node('StringLength', 'lengths', [graph.input('texts', 'string', [-1])]);
  return loadNativeGraph(graph.savedModel());
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('a native graph', () => {
  it('is fed and fetched by name, and leaves no tensor behind', () => {
    const graph = twoOutputs();
    const before = counts();
    const [double, lengths] = graph.run(
      {
        x: { type: 'float', shape: [3], data: Float32Array.of(1, -2, 0.5) },
        texts: { type: 'string', shape: [2], data: [text('Grüße'), text('')] },
      },
      ['double', 'lengths'],
    );
    expect(double).toEqual({ shape: [3], data: Float32Array.of(2, -4, 1) });
    expect(lengths).toEqual({ shape: [2], data: Int32Array.of(7, 0) });
    expect(counts()).toEqual(before);
    graph.dispose();
  });

  it('throws for data that it cannot take, and leaves no tensor behind', () => {
    const graph = twoOutputs();
    const before = counts();
    const x = { type: 'int32', shape: [1], data: Int32Array.of(1) } as const;
    expect(() => graph.run({ x }, ['double'])).toThrow(/float/);
    expect(counts()).toEqual(before);
    graph.dispose();
  });

  it('cannot be run once disposed of; disposing twice does no harm', () => {
    const graph = twoOutputs();
    graph.dispose();
    graph.dispose();
    expect(() => graph.run({}, [])).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  it('is refused when its bytes are no graph', () => {
    expect(() => loadNativeGraph(Buffer.from('nothing'))).toThrow(/SavedModel/);
  });
});
