import type { Tensor } from '@tensorflow/tfjs';
import { tensorflow } from './backend';
import type { Feed } from './binding';
import { encodeFloat16 } from './float16';
import { attribute, buildGraph, type GraphBuilder } from './graphDef';
import { type GraphOutput, loadNativeGraph } from './nativeGraph';
import { addTraced, nativeId } from './trace';

/** What a function is given: its numbers come as float32, bytes too; −1 in the shape stands for any size. */
export interface InputSpec {
  type: 'float' | 'uint8';
  shape: readonly number[];
}

/** A function of tensors, to be called with plain arrays. */
export interface Compiled {
  run(...inputs: readonly Input[]): GraphOutput[];
  /** As `run`, rounded to half precision (IEEE 754 binary16, ties to even); the last axis of each result must be even. */
  halves(...inputs: readonly Input[]): Uint16Array[];
  dispose(): void;
}

type Input = Extract<Feed, InputSpec>;
type TensorFunction = (...inputs: Tensor[]) => readonly Tensor[];

/** A function that does the same whatever the numbers are as one graph of native TensorFlow, where tensors from outside stay as they are now; elsewhere as it is. */
export function compiled(fn: TensorFunction, inputs: readonly InputSpec[]): Compiled {
  if (tensorflow().name !== 'tensorflow') return interpreted(fn);
  const { model, outputs } = traced(fn, inputs);
  return loadCompiled(model, outputs);
}

/** The same interface without compiling: for a function that is called too seldom for it to pay. */
export function interpreted(fn: TensorFunction): Compiled {
  const run = (...given: readonly Input[]): GraphOutput[] => {
    const { tf } = tensorflow();
    const results: GraphOutput[] = [];
    tf.tidy(() => {
      const found = fn(...given.map(({ data, shape }) => tf.tensor(data, [...shape], 'float32')));
      for (const tensor of found) {
        results.push({ shape: tensor.shape, data: tensor.dataSync() as GraphOutput['data'] }); // float or int32
      }
    });
    return results;
  };
  const halves = (...given: readonly Input[]): Uint16Array[] =>
    run(...given).map(({ data }) => encodeFloat16(data as Float32Array)); // as promised
  return { run, halves, dispose: () => {} };
}

/** A compiled function from the bytes that `traced` gave, with as many outputs. Throws `NO_BACKEND` without native TensorFlow. */
export function loadCompiled(model: Buffer, outputs = 1): Compiled {
  const graph = loadNativeGraph(model);
  const names = Array.from({ length: outputs }, (_, i) => `output_${i}`);
  const halfNames = names.map((name) => `${name}/halves`);
  const run = (given: readonly Input[], wanted: string[]): GraphOutput[] =>
    graph.run(Object.fromEntries(given.map((feed, i) => [`input_${i}`, feed])), wanted);
  return {
    run: (...given) => run(given, names),
    halves: (...given) =>
      run(given, halfNames).map(({ data }) => new Uint16Array(data.buffer, data.byteOffset, 2 * data.length)),
    dispose: graph.dispose,
  };
}

/** The bytes of a graph that does what `fn` does with `inputs`, for `loadCompiled` in any process, and the number of its outputs. */
export function traced(fn: TensorFunction, inputs: readonly InputSpec[]): { model: Buffer; outputs: number } {
  const { tf } = tensorflow();
  const graph = buildGraph();
  let outputs = 0;
  tf.tidy(() => {
    const known = new Map<number, string>();
    const given = inputs.map((input, i) => {
      const tensor = tf.zeros(input.shape.map(Math.abs));
      known.set(nativeId(tensor), addInput(graph, `input_${i}`, input));
      return tensor;
    });
    let value: readonly Tensor[] = [];
    const names = addTraced(graph, 'traced/', known, () => {
      value = fn(...given);
      return value;
    });
    names.forEach((name, i) => {
      addOutput(graph, `output_${i}`, name, value[i]!); // one name for each
    });
    outputs = names.length;
  });
  return { model: graph.savedModel(), outputs }; // not from within tidy, which would look for tensors in every byte
}

const [T, U] = [attribute.type('float'), attribute.type('uint8')];
const [H, I] = [attribute.type('half'), attribute.type('int32')];

function addInput(graph: GraphBuilder, name: string, { type, shape }: InputSpec): string {
  const input = graph.input(name, type, shape);
  return type === 'float' ? input : graph.node('Cast', `${name}/float`, [input], { SrcT: U, DstT: T });
}

/** An output, and the same in half precision: two numbers in each int32, for the binding hands out no halves. */
function addOutput(graph: GraphBuilder, name: string, node: string, { dtype, shape }: Tensor): void {
  graph.node('Identity', name, [node], { T: dtype === 'int32' ? I : T });
  const last = shape.at(-1) ?? 1;
  if (dtype !== 'float32' || last % 2 !== 0) return;
  const half = graph.node('Cast', `${name}/half`, [name], { SrcT: T, DstT: H });
  const pairs = graph.constant(`${name}/pairs`, [3], Int32Array.of(-1, last / 2, 2));
  const paired = graph.node('Reshape', `${name}/paired`, [half, pairs], { T: H });
  graph.node('Bitcast', `${name}/halves`, [paired], { T: H, type: I });
}
