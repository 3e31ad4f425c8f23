import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { explainDiskError, ReportError } from '../core/errors';
import { tensorflow } from './backend';
import type { Feed, NativeBackend } from './binding';
import { dataTypes } from './graphDef';

export interface GraphOutput {
  shape: readonly number[];
  data: Float32Array | Int32Array;
}

/** A SavedModel in native TensorFlow; no tensor of TensorFlow.js is involved. */
export type NativeGraph = ReturnType<typeof loadNativeGraph>;

/** Throws `NO_BACKEND` on another backend than native TensorFlow. */
export function nativeBackend(): NativeBackend {
  const { tf, name } = tensorflow();
  if (name === 'tensorflow') return tf.backend() as unknown as NativeBackend; // the backend of that name
  const advice = `A graph needs native TensorFlow, but ${name} is loaded: run npm run setup.`;
  throw new ReportError('NO_BACKEND', advice);
}

/** Loads the bytes of a `saved_model.pb` into native TensorFlow. Throws `NO_BACKEND` on another backend, `DISK_FULL`, and what TensorFlow throws. */
export function loadNativeGraph(model: Buffer) {
  const { binding } = nativeBackend();
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
    /** Runs the graph once: `feeds` by the names of its inputs, the values of the nodes `outputs`, float or int32, in that order. */
    run: (feeds: Readonly<Record<string, Feed>>, outputs: readonly string[]): GraphOutput[] => {
      if (disposed) throw new ReportError('BAD_INPUT', 'This graph was disposed of: load it again.');
      const own: number[] = [];
      try {
        for (const { shape, type, data } of Object.values(feeds)) {
          own.push(binding.createTensor(shape, dataTypes[type], data));
        }
        const found = binding.runSavedModel(graph, [...own], Object.keys(feeds).join(','), outputs.join(','));
        own.push(...found.map(({ id }) => id));
        return found.map(({ id, shape }) => ({ shape, data: binding.tensorDataSync(id) }));
      } finally {
        for (const id of own) binding.deleteTensor(id);
      }
    },
    /** Frees it; calling `run` afterwards is an error, calling `dispose` again is not. */
    dispose: (): void => {
      if (!disposed) binding.deleteSavedModel(graph);
      disposed = true;
    },
  };
}
