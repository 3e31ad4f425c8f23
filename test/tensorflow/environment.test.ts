import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cacheFolder } from '../../lib/core/files';
import { setTensorFlowEnvironment } from '../../lib/tensorflow/backend';

afterEach(() => vi.unstubAllEnvs());

describe('setTensorFlowEnvironment', () => {
  it('asks for sums in one order, in full precision, and for memory as it is needed', () => {
    for (const name of ['TF_DETERMINISTIC_OPS', 'NVIDIA_TF32_OVERRIDE', 'TF_FORCE_GPU_ALLOW_GROWTH'])
      vi.stubEnv(name, undefined);
    setTensorFlowEnvironment();
    expect(process.env).toMatchObject({
      TF_DETERMINISTIC_OPS: '1',
      NVIDIA_TF32_OVERRIDE: '0',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    });
  });

  it('keeps compiled kernels in the one folder that is written to outside the project', () => {
    vi.stubEnv('CUDA_CACHE_PATH', undefined);
    setTensorFlowEnvironment();
    expect(process.env.CUDA_CACHE_PATH).toBe(path.join(cacheFolder(), 'cuda'));
  });

  it('leaves alone what is set already', () => {
    vi.stubEnv('TF_DETERMINISTIC_OPS', '0');
    setTensorFlowEnvironment();
    expect(process.env.TF_DETERMINISTIC_OPS).toBe('0');
  });
});
