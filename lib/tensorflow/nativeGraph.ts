import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { explainDiskError, ReportError } from '../core/errors';
import { tensorflow } from './backend';

/** A tensor that is handed to a graph; its data is copied. Strings are bytes, one array for each element. */
export type Feed =
  | { type: 'float'; shape: readonly number[]; data: Float32Array }
  | { type: 'int32'; shape: readonly number[]; data: Int32Array }
  | { type: 'uint8'; shape: readonly number[]; data: Uint8Array }
  | { type: 'string'; shape: readonly number[]; data: readonly Uint8Array[] };

/** A tensor that stays in native memory, to be fed many times; `release` frees it. */
export interface NativeTensor {
  readonly id: number;
  release(): void;
}

/** A SavedModel in native TensorFlow; no tensor of TensorFlow.js is involved. */
export interface NativeGraph {
  /**
   * Runs the graph once: `feeds` by the names of its inputs, the values of the nodes `outputs` in that order. A node of type float gives a
   * `Float32Array`, one of int32 an `Int32Array`; other types cannot be fetched (bitcast them). Throws what TensorFlow throws for data
   * it cannot take; nothing stays in memory then either.
   */
  run(feeds: Readonly<Record<string, Feed | NativeTensor>>, outputs: readonly string[]): GraphOutput[];
  /** Frees it; calling `run` afterwards is an error, calling `dispose` again is not. */
  dispose(): void;
}

export interface GraphOutput {
  shape: readonly number[];
  data: Float32Array | Int32Array;
}

/** The functions of tfjs-node's binding used here (`nodejs_kernel_backend`, field `binding`). */
interface Binding {
  TF_FLOAT: number;
  TF_INT32: number;
  TF_UINT8: number;
  TF_STRING: number;
  createTensor(shape: readonly number[], type: number, data: Feed['data']): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(
    id: number,
    inputs: number[],
    inputNames: string,
    outputNames: string,
  ): { id: number; shape: number[] }[];
}

/** Throws `NO_BACKEND` on another backend than native TensorFlow. */
function nativeBinding(): Binding {
  const { tf, name } = tensorflow();
  if (name === 'tensorflow') return (tf.backend() as unknown as { binding: Binding }).binding; // public but untyped
  throw new ReportError(
    'NO_BACKEND',
    `A graph needs native TensorFlow, but ${name} is loaded: run npm run setup.`,
  );
}

/** Puts a tensor into native memory. Throws `NO_BACKEND` without native TensorFlow. */
export function keepTensor(feed: Feed): NativeTensor {
  const binding = nativeBinding();
  const id = create(binding, feed);
  let released = false;
  return {
    id,
    release: () => {
      if (!released) binding.deleteTensor(id);
      released = true;
    },
  };
}

function create(binding: Binding, { type, shape, data }: Feed): number {
  const codes = {
    float: binding.TF_FLOAT,
    int32: binding.TF_INT32,
    uint8: binding.TF_UINT8,
    string: binding.TF_STRING,
  };
  return binding.createTensor(shape, codes[type], data);
}

/**
 * Loads the bytes of a `saved_model.pb` into native TensorFlow. Throws `NO_BACKEND` on another backend, `DISK_FULL` when the temporary
 * folder is, and what TensorFlow says of a graph that it cannot take.
 */
export function loadNativeGraph(model: Buffer): NativeGraph {
  const binding = nativeBinding();
  const folder = mkdtempSync(path.join(tmpdir(), 'native-graph-'));
  let graph: number;
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), model);
    graph = binding.loadSavedModel(folder, 'serve');
  } catch (error) {
    throw explainDiskError(error, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true }); // everything is in memory now
  }
  let disposed = false;
  return {
    run: (feeds, outputs) => {
      if (disposed) throw new ReportError('BAD_INPUT', 'This graph was disposed of: load it again.');
      return runGraph(binding, graph, feeds, outputs);
    },
    dispose: () => {
      if (!disposed) binding.deleteSavedModel(graph);
      disposed = true;
    },
  };
}

function runGraph(
  binding: Binding,
  graph: number,
  feeds: Readonly<Record<string, Feed | NativeTensor>>,
  outputs: readonly string[],
): GraphOutput[] {
  const own: number[] = [];
  try {
    const inputs = Object.values(feeds).map((feed) => {
      if ('id' in feed) return feed.id;
      const id = create(binding, feed);
      own.push(id);
      return id;
    });
    const found = binding.runSavedModel(graph, inputs, Object.keys(feeds).join(','), outputs.join(','));
    own.push(...found.map(({ id }) => id));
    return found.map(({ id, shape }) => ({ shape, data: binding.tensorDataSync(id) }));
  } finally {
    for (const id of own) binding.deleteTensor(id);
  }
}
