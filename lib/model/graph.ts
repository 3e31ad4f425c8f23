import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { explainDiskError, ReportError } from '../errors';
import { describeMobilenet, epsilon } from './architecture';
import { tensorflow } from './backend';
import type { NamedArray } from './hdf5';
import { attribute, node, savedModel } from './protobuf';
import { checkShapes } from './weightArrays';

/** The base as one native graph; no tensor of TensorFlow.js is involved. */
export interface NativeGraph {
  /** uint8 pixels `[count, size, size, 3]` → features, `count × side × side × channels` values, in C order. */
  run(pixels: Uint8Array, count: number, imageSize: number): Float32Array;
  /** Frees it; calling `run` afterwards is an error, calling `dispose` again is not. */
  dispose(): void;
}

/**
 * The bytes of a SavedModel of constants: uint8 `images` `[batch, h, w, 3]` → float32 `features` `[batch, h/32, w/32, channels]`, with the
 * scaling to [−1, 1] inside. Each batch normalization is folded into the kernel before it (Jacob et al. 2018, section 3.2):
 * kernel · s and bias beta − mean · s, with s = gamma / √(variance + epsilon). Padding `SAME` equals Keras' explicit one for every size.
 */
export function foldedGraph(arrays: readonly NamedArray[], alpha: number): Buffer {
  checkShapes(arrays, alpha);
  const T = attribute.type('float');
  const constant = (name: string, shape: number[], data: Float32Array): Buffer =>
    node('Const', name, [], { dtype: T, value: attribute.tensor(shape, data) });
  const anyImage = [-1, -1, -1, 3];
  const nodes = [
    node('Placeholder', 'images', [], { dtype: attribute.type('uint8'), shape: attribute.shape(anyImage) }),
    node('Cast', 'images_float', ['images'], { SrcT: attribute.type('uint8'), DstT: T }),
    constant('scale', [], Float32Array.of(1 / 127.5)),
    node('Mul', 'scaled', ['images_float', 'scale'], { T }),
    constant('one', [], Float32Array.of(1)),
    node('Sub', 'preprocessed', ['scaled', 'one'], { T }),
  ];
  let flow = 'preprocessed';
  let blockInput = flow;
  const add = (operation: string, name: string, inputs: string[], attributes: Record<string, Buffer>) => {
    nodes.push(node(operation, name, inputs, { T, ...attributes }));
    flow = name;
  };
  const layout = { data_format: attribute.text('NHWC') };
  describeMobilenet(alpha).forEach((unit, index) => {
    const { name, kind, kernel, stride } = unit;
    if (unit.opensBlock) blockInput = flow;
    const folded = foldUnit(arrays.slice(5 * index, 5 * index + 5));
    nodes.push(constant(`${name}/kernel`, kernel, folded.kernel));
    nodes.push(constant(`${name}/bias`, [unit.filters], folded.bias));
    add(kind === 'depthwise' ? 'DepthwiseConv2dNative' : 'Conv2D', name, [flow, `${name}/kernel`], {
      ...layout,
      strides: attribute.wholes([1, stride, stride, 1]),
      dilations: attribute.wholes([1, 1, 1, 1]),
      padding: attribute.text('SAME'),
    });
    add('BiasAdd', unit.normalization, [flow, `${name}/bias`], layout);
    if (unit.activation) add('Relu6', unit.activation, [flow], {});
    if (unit.residual) add('AddV2', unit.residual, [blockInput, flow], {});
  });
  add('Identity', 'features', [flow], {});
  return savedModel(
    nodes,
    { key: 'images', node: 'images', type: 'uint8', shape: anyImage },
    { key: 'features', node: 'features', type: 'float', shape: [-1, -1, -1, -1] },
  );
}

/** In double precision, so that folding adds no rounding of its own beyond the last one. */
function foldUnit(five: readonly NamedArray[]): { kernel: Float32Array; bias: Float32Array } {
  const [kernel, gamma, beta, mean, variance] = five.map(({ data }) => data) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]; // checkShapes saw five arrays a unit
  const channels = gamma.length;
  // Every index below stays in range: the four vectors have `channels` values, and so has the kernel's last axis that counts.
  const scale = Float64Array.from(gamma, (g, c) => g / Math.sqrt(variance[c]! + epsilon));
  return {
    kernel: kernel.map((value, i) => value * scale[i % channels]!), // a depthwise kernel's last axis is 1, the one before counts
    bias: beta.map((b, c) => b - mean[c]! * scale[c]!),
  };
}

/** The functions of tfjs-node's binding used here (`nodejs_kernel_backend`, field `binding`). */
interface Binding {
  TF_UINT8: number;
  createTensor(shape: number[], type: number, data: Uint8Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): { id: number }[];
}

/** Loads the folded net into native TensorFlow. Throws `NO_BACKEND` on another backend, `DISK_FULL` when the temporary folder is. */
export async function loadGraph(arrays: readonly NamedArray[], alpha: number): Promise<NativeGraph> {
  const { tf, name } = tensorflow();
  if (name !== 'tensorflow') {
    throw new ReportError(
      'NO_BACKEND',
      `The folded graph needs native TensorFlow, but ${name} is loaded: run npm run setup.`,
    );
  }
  const { binding } = tf.backend() as unknown as { binding: Binding };
  const model = foldedGraph(arrays, alpha);
  const folder = await mkdtemp(path.join(tmpdir(), 'folded-mobilenet-'));
  let id: number;
  try {
    await writeFile(path.join(folder, 'saved_model.pb'), model);
    id = binding.loadSavedModel(folder, 'serve');
  } catch (error) {
    throw explainDiskError(error, folder);
  } finally {
    await rm(folder, { recursive: true, force: true }); // constants only: nothing is read later
  }
  let disposed = false;
  return {
    run: (pixels, count, imageSize) => {
      if (disposed) throw new ReportError('BAD_INPUT', 'This graph was disposed of: load it again.');
      return runGraph(binding, id, pixels, [count, imageSize, imageSize, 3]);
    },
    dispose: () => {
      if (!disposed) binding.deleteSavedModel(id);
      disposed = true;
    },
  };
}

function runGraph(binding: Binding, id: number, pixels: Uint8Array, shape: number[]): Float32Array {
  const input = binding.createTensor(shape, binding.TF_UINT8, pixels);
  try {
    const [output] = binding.runSavedModel(id, [input], 'images', 'features');
    const features = binding.tensorDataSync(output!.id); // one output asked for
    binding.deleteTensor(output!.id);
    return features;
  } finally {
    binding.deleteTensor(input);
  }
}
