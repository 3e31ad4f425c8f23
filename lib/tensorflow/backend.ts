import path from 'node:path';
import util from 'node:util';
import type { Tensor } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { cacheFolder } from '../core/files';
import type { TensorFlow } from './binding';
import { registerTrainingKernels } from './trainingKernels';
import { registerWasmKernels } from './wasmKernels';

export type { TensorFlow };

export interface Backend {
  tf: TensorFlow;
  /** `tensorflow`: native libtensorflow; `wasm`: WebAssembly in one thread, about a twentieth of the speed. */
  name: 'tensorflow' | 'wasm';
  /** True when libtensorflow found a GPU it can use. */
  gpu: boolean;
  version: string;
  /** A sentence for the reader when the native library could not be loaded, else null. */
  warning: string | null;
}

let loading: Promise<Backend> | undefined;
let loaded: Backend | undefined;

/** Loads TensorFlow once per process: native, or WebAssembly with a `warning` when that fails or `REPORT_BACKEND=wasm` asks for it. Throws `NO_BACKEND`. */
export function loadTensorFlow(): Promise<Backend> {
  loading ??= load().catch((error) => {
    loading = undefined; // so that a repaired installation is found by the next call
    throw error;
  });
  return loading;
}

/** The backend that `loadTensorFlow` gave earlier in this process. Throws `NO_BACKEND` when it was not awaited yet. */
export function tensorflow(): Backend {
  if (loaded) return loaded;
  throw new ReportError('NO_BACKEND', 'TensorFlow is not loaded yet: await loadTensorFlow() once before.');
}

/** The numbers of the tensor that `work` gives, and no tensor left. (`tidy` would look for tensors in each number of an array that it is given.) */
export function numbersOf(work: () => Tensor): Float32Array {
  const found = tensorflow().tf.tidy(work);
  const numbers = found.dataSync<'float32'>();
  found.dispose();
  return numbers;
}

async function load(): Promise<Backend> {
  const wanted = process.env.REPORT_BACKEND ?? '';
  if (!['', 'tensorflow', 'wasm'].includes(wanted)) {
    const advice = `REPORT_BACKEND is "${wanted}", expected tensorflow or wasm: correct or unset it.`;
    throw new ReportError('BAD_SETTING', advice);
  }
  if (wanted === 'wasm') return loadWasm(null);
  try {
    loaded = await loadNative();
    return loaded;
  } catch (cause) {
    const failed = `Native TensorFlow could not be loaded (${firstLine(cause)})`;
    if (wanted === 'tensorflow') {
      throw new ReportError('NO_BACKEND', `${failed}: run npm run setup, or unset REPORT_BACKEND.`, {
        cause,
      });
    }
    const slower = 'WebAssembly computes instead: the results agree, but it takes many times as long';
    return loadWasm(`${failed}. ${slower}. Run npm run setup to build the native library.`);
  }
}

/** Native libtensorflow through tfjs-node, which registers itself with the `@tensorflow/tfjs` of the same folder. */
async function loadNative(): Promise<Backend> {
  setTensorFlowEnvironment();
  restoreNodeUtilities();
  require('@tensorflow/tfjs-node-gpu');
  const tf = await activate('tensorflow');
  const { binding } = tf.backend() as unknown as { binding: NativeInfo }; // the backend keeps it public but untyped
  const gpu = binding.isUsingGpuDevice();
  registerTrainingKernels(tf);
  return { tf, name: 'tensorflow', gpu, version: binding.TF_Version, warning: null };
}

interface NativeInfo {
  isUsingGpuDevice(): boolean;
  TF_Version: string;
}

/** tfjs-node 4.22 calls two functions that Node 22 warns about and Node 23 no longer has. */
function restoreNodeUtilities(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}

/** Where the files of WebAssembly lie, `tfjs-backend-wasm.wasm` and others. */
export const wasmFolder = (): string => path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));

function requireWasm() {
  const wasm: typeof import('@tensorflow/tfjs-backend-wasm') = require('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${wasmFolder()}${path.sep}`);
  return wasm;
}

/** Does `work` with WebAssembly as the backend of all operations meanwhile, as a browser has it: nothing else may compute then. */
export async function withWasm<T>(work: (tf: TensorFlow) => Promise<T>): Promise<T> {
  const { name } = await loadTensorFlow();
  requireWasm();
  try {
    return await work(await activate('wasm'));
  } finally {
    await activate(name);
  }
}

async function loadWasm(warning: string | null): Promise<Backend> {
  try {
    const wasm = requireWasm();
    const tf = await activate('wasm');
    registerWasmKernels(tf);
    loaded = { tf, name: 'wasm', gpu: false, version: wasm.version_wasm, warning };
    return loaded;
  } catch (cause) {
    const failed = `WebAssembly could not be loaded either (${firstLine(cause)}): run npm run setup.`;
    throw new ReportError('NO_BACKEND', `${warning ?? ''} ${failed}`.trim(), { cause });
  }
}

async function activate(name: Backend['name']): Promise<TensorFlow> {
  const tf: TensorFlow = require('@tensorflow/tfjs');
  if (!(await tf.setBackend(name))) throw new Error(`the backend ${name} did not start`);
  await tf.ready();
  return tf;
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim(); // split gives at least one

/** Sets what native TensorFlow and CUDA read when they are loaded, but for variables that have a value already. */
export function setTensorFlowEnvironment(): void {
  for (const [name, value] of Object.entries(variables())) process.env[name] ??= value;
}

const variables = (): Record<string, string> => ({
  TF_CPP_MIN_LOG_LEVEL: '2', // errors only
  TF_ENABLE_ONEDNN_OPTS: '1', // off by default on some processors, at half the speed
  // The rest is for GPUs. Memory as it is needed: else the first process takes all of it, and a second notebook gets none.
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  // Sums in one order, so that the same seed gives the same model.
  TF_DETERMINISTIC_OPS: '1',
  // Factors of 24 bits, as on a processor, not of 11: features then differ from a processor's by 1e-5, otherwise by 4e-2.
  NVIDIA_TF32_OVERRIDE: '0',
  // Kernels that the driver compiles for a card newer than the library, once.
  CUDA_CACHE_PATH: path.join(cacheFolder(), 'cuda'),
  CUDA_CACHE_MAXSIZE: String(2 ** 30),
});
