import type { Tensor } from '@tensorflow/tfjs';
import { tensorflow } from './backend';
import { attribute, buildGraph } from './graphDef';
import { type Feed, type GraphOutput, loadNativeGraph } from './nativeGraph';
import { addTrace, nativeId, traceOperations } from './trace';

/** What a function is given: its numbers come as float32, bytes too; −1 in the shape stands for any size. */
export interface InputSpec {
  type: 'float' | 'uint8';
  shape: readonly number[];
}

/** A function of tensors, to be called with plain arrays. */
export interface Compiled {
  /** The function's results for these inputs, in order. */
  run(...inputs: readonly Extract<Feed, InputSpec>[]): GraphOutput[];
  /** Frees it; may be called twice. */
  dispose(): void;
}

/**
 * A function as one graph of native TensorFlow: what it does with `inputs` is traced once, and from then on run as a whole, without TensorFlow.js
 * in between. Tensors that it takes from outside, such as weights, stay as they are now. It must do the same whatever the numbers are, and, where
 * a shape holds −1, whatever that size is. On other backends the function itself is called each time.
 */
export function compiled(
  fn: (...inputs: Tensor[]) => readonly Tensor[],
  inputs: readonly InputSpec[],
): Compiled {
  if (tensorflow().name !== 'tensorflow') return interpreted(fn);
  const { model, outputs } = traced(fn, inputs);
  const graph = loadNativeGraph(model);
  return {
    run: (...given) => graph.run(Object.fromEntries(given.map((feed, i) => [`input_${i}`, feed])), outputs),
    dispose: graph.dispose,
  };
}

/** The same interface without compiling: for a function that is called too seldom for it to pay. */
export const interpreted = (fn: (...inputs: Tensor[]) => readonly Tensor[]): Compiled => ({
  run: (...given) => called(fn, given),
  dispose: () => {},
});

function called(
  fn: (...inputs: Tensor[]) => readonly Tensor[],
  given: readonly Extract<Feed, InputSpec>[],
): GraphOutput[] {
  const { tf } = tensorflow();
  const results: GraphOutput[] = [];
  tf.tidy(() => {
    const found = fn(...given.map(({ data, shape }) => tf.tensor(data, [...shape], 'float32')));
    results.push(
      ...found.map((tensor) => ({ shape: tensor.shape, data: tensor.dataSync() as GraphOutput['data'] })),
    ); // float or int32
  });
  return results;
}

/**
 * The bytes of a SavedModel that does what `fn` does with `inputs`, for `loadNativeGraph`. Its inputs are called `input_0`, `input_1`, …, its outputs
 * as `outputs` says. A float output whose last axis is even can also be had in half precision, two numbers in each int32, as `output_0/halves`.
 */
export function traced(
  fn: (...inputs: Tensor[]) => readonly Tensor[],
  inputs: readonly InputSpec[],
): { model: Buffer; outputs: string[] } {
  const { tf } = tensorflow();
  const graph = buildGraph();
  const [T, U, H, I] = (['float', 'uint8', 'half', 'int32'] as const).map(attribute.type);
  const outputs: string[] = [];
  tf.tidy(() => {
    const known = new Map<number, string>();
    const given = inputs.map(({ type, shape }, i) => {
      const input = graph.input(`input_${i}`, type, shape);
      const tensor = tf.zeros(shape.map((size) => Math.abs(size)));
      known.set(
        nativeId(tensor),
        type === 'float' ? input : graph.node('Cast', `${input}/float`, [input], { SrcT: U!, DstT: T! }),
      );
      return tensor;
    });
    const { value, trace } = traceOperations(() => fn(...given));
    addTrace(graph, 'traced/', trace, known, value.map(nativeId)).forEach((name, i) => {
      const { dtype, shape } = value[i]!; // one name for each
      const output = graph.node('Identity', `output_${i}`, [name], { T: dtype === 'int32' ? I! : T! });
      outputs.push(output);
      const last = shape.at(-1) ?? 1;
      if (dtype !== 'float32' || last % 2 !== 0) return;
      const half = graph.node('Cast', `${output}/half`, [output], { SrcT: T!, DstT: H! });
      const pairs = graph.constant(`${output}/pairs`, [3], Int32Array.of(-1, last / 2, 2));
      const paired = graph.node('Reshape', `${output}/paired`, [half, pairs], { T: H! });
      graph.node('Bitcast', `${output}/halves`, [paired], { T: H!, type: I! });
    });
  });
  return { model: graph.savedModel(), outputs };
}
