import path from 'node:path';
import { cacheFolder } from '../core/files';

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
