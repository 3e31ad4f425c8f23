import Module from 'node:module';
import { afterEach, describe, expect, it, vi } from 'vitest';

/** A fresh copy of the module, as in a new process. The TensorFlow behind it is loaded once all the same. */
async function fresh() {
  vi.resetModules();
  return import('../../lib/tensorflow/backend');
}

/** Makes `require` of these packages fail until the test is over. */
function withoutPackages(...blocked: string[]): void {
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  vi.spyOn(loader, '_load').mockImplementation((request, ...rest) => {
    if (blocked.includes(request)) throw new Error(`no ${request}\nRequire stack: …`);
    return load(request, ...rest);
  });
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('loadTensorFlow', () => {
  it('is asked for first: the getter throws before and gives the same backend after', async () => {
    const { loadTensorFlow, tensorflow } = await fresh();
    expect(() => tensorflow()).toThrow(expect.objectContaining({ code: 'NO_BACKEND' }));
    const backend = await loadTensorFlow();
    expect(tensorflow()).toBe(backend);
    expect(await loadTensorFlow()).toBe(backend);
  });

  it('computes natively, in one TensorFlow shared with tfjs-node', async () => {
    const { tf, name, version, warning } = await (await fresh()).loadTensorFlow();
    expect([name, tf.getBackend(), warning]).toEqual(['tensorflow', 'tensorflow', null]);
    expect(version).toMatch(/^2\.\d+/);
    const node: typeof tf = await import('@tensorflow/tfjs-node-gpu');
    expect(node.backend()).toBe(tf.backend());
    expect([...tf.tidy(() => tf.tensor1d([1, 2, 3]).square().dataSync())]).toEqual([1, 4, 9]);
  });

  it('falls back to WebAssembly with a sentence that says why and what to do', async () => {
    const { loadTensorFlow } = await fresh();
    withoutPackages('@tensorflow/tfjs-node-gpu');
    const { tf, name, gpu, warning } = await loadTensorFlow();
    expect([name, gpu, tf.getBackend()]).toEqual(['wasm', false, 'wasm']);
    expect(warning).toMatch(/could not be loaded \(no @tensorflow\/tfjs-node-gpu\)\. .*npm run setup/);
  });

  it('takes WebAssembly without a warning when REPORT_BACKEND asks for it', async () => {
    vi.stubEnv('REPORT_BACKEND', 'wasm');
    const { tf, name, warning } = await (await fresh()).loadTensorFlow();
    expect([name, tf.getBackend(), warning]).toEqual(['wasm', 'wasm', null]);
    expect([...tf.tidy(() => tf.tensor1d([1, 2, 3]).square().dataSync())]).toEqual([1, 4, 9]);
  });

  it('stops when REPORT_BACKEND asks for what cannot be had, and tries again when asked again', async () => {
    const { loadTensorFlow } = await fresh();
    vi.stubEnv('REPORT_BACKEND', 'tensorflow');
    withoutPackages('@tensorflow/tfjs-node-gpu');
    await expect(loadTensorFlow()).rejects.toMatchObject({ code: 'NO_BACKEND' });
    vi.restoreAllMocks();
    expect((await loadTensorFlow()).name).toBe('tensorflow');
  });

  it('stops when neither backend can be loaded, naming both reasons', async () => {
    const { loadTensorFlow } = await fresh();
    withoutPackages('@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-backend-wasm');
    await expect(loadTensorFlow()).rejects.toMatchObject({
      code: 'NO_BACKEND',
      message: expect.stringMatching(/tfjs-node-gpu.*tfjs-backend-wasm/),
    });
  });

  it('refuses another backend by name', async () => {
    vi.stubEnv('REPORT_BACKEND', 'webgl');
    await expect((await fresh()).loadTensorFlow()).rejects.toMatchObject({ code: 'BAD_SETTING' });
  });
});
