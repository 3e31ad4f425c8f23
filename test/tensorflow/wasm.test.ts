import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExtractor } from '../../lib/networks/features';
import { mobilenet } from '../../lib/networks/weightArrays';
import { loadTensorFlow, setTensorFlowEnvironment, type TensorFlow } from '../../lib/tensorflow/backend';
import { loadNativeGraph } from '../../lib/tensorflow/nativeGraph';
import { largestDifference, oracleWeights } from '../networks/weightFiles';
import { oracleArrays } from '../oracle';
import { sharedFolder } from '../temporary';

const folder = sharedFolder();
let tf: TensorFlow;
beforeAll(async () => {
  process.env.REPORT_BACKEND = 'wasm';
  ({ tf } = await loadTensorFlow());
  setTensorFlowEnvironment();
  await import('@tensorflow/tfjs-node-gpu'); // for reference numbers; it registers itself beside WebAssembly
  await tf.setBackend('wasm');
});
afterAll(() => {
  delete process.env.REPORT_BACKEND;
});

/** Runs `compute` on native TensorFlow and on WebAssembly, and gives both results. */
async function onBoth(compute: () => Float32Array): Promise<[native: Float32Array, wasm: Float32Array]> {
  await tf.setBackend('tensorflow');
  const native = compute();
  await tf.setBackend('wasm');
  const before = tf.memory().numTensors;
  const wasm = compute();
  expect(tf.memory().numTensors).toBe(before);
  return [native, wasm];
}

const values = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + phase) + 0.3 * Math.cos(i * 0.13));
const product = (shape: number[]): number => shape.reduce((a, b) => a * b);

interface Convolution {
  input: [batch: number, height: number, width: number, channels: number];
  kernel: [height: number, width: number, channels: number, filters: number];
  stride: number;
  padding: 'same' | 'valid';
}
const convolutions: fc.Arbitrary<Convolution> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 4, max: 8 }),
    width: fc.integer({ min: 4, max: 8 }),
    channels: fc.integer({ min: 1, max: 4 }),
    filters: fc.integer({ min: 1, max: 3 }),
    window: fc.constantFrom<[number, number]>([1, 1], [3, 3], [2, 3], [4, 2]),
    stride: fc.constantFrom(1, 2, 3),
    padding: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
  })
  .map(
    ({ batch, height, width, channels, filters, window, stride, padding }): Convolution => ({
      input: [batch, height, width, channels],
      kernel: [...window, channels, filters],
      stride,
      padding,
    }),
  )
  // The reference itself is wrong here: oneDNN's gradient for a 1 × 1 kernel with a stride (sums over the places say so), which no network has.
  .filter(({ kernel: [height, width], stride }) => height * width > 1 || stride === 1);

async function agreeOnBoth(
  cases: fc.Arbitrary<Convolution>,
  compute: (convolution: Convolution) => Float32Array,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(cases, async (convolution) => {
      const [native, wasm] = await onBoth(() => compute(convolution));
      expect(largestDifference(wasm, native)).toBeLessThan(tolerance(native));
    }),
    { numRuns: 60 },
  );
}

/** Float32 sums of a few hundred products in another order. */
const tolerance = (reference: Float32Array): number => 1e-5 * Math.max(1, ...reference.map(Math.abs));

// The gradient that comes from above is given, not computed from the output: the forward convolution of WebAssembly itself is
// wrong for padding 'same' with a stride above the size of the kernel, which no network here has.
describe('kernels added to WebAssembly', () => {
  it('give the gradient of a convolution for its kernel that native TensorFlow gives', async () => {
    const gradient = ({ input, kernel, stride, padding }: Convolution): Float32Array =>
      tf.tidy(() => {
        const images = tf.tensor4d(values(product(input), 0), input);
        const weights: Tensor = tf.tensor(values(product(kernel), 1), kernel);
        const convolve = (w: Tensor) => tf.conv2d(images, w as Tensor4D, stride, padding);
        const above = tf.tensor(values(convolve(weights).size, 2), convolve(weights).shape);
        return tf.grad(convolve)(weights, above).dataSync<'float32'>();
      });
    await agreeOnBoth(convolutions, gradient);
  });

  it('give the gradient of a depthwise convolution for its input that native TensorFlow gives', async () => {
    const gradient = ({ input, kernel, stride, padding }: Convolution): Float32Array =>
      tf.tidy(() => {
        const side = kernel[0]; // native TensorFlow takes equal strides only, and square kernels are what is used
        const images: Tensor = tf.tensor(values(product(input), 2), input);
        const weights = tf.tensor4d(values(side * side * input[3], 3), [side, side, input[3], 1]);
        const convolve = (x: Tensor) => tf.depthwiseConv2d(x as Tensor4D, weights, stride, padding);
        const above = tf.tensor(values(convolve(images).size, 4), convolve(images).shape);
        return tf.grad(convolve)(images, above).dataSync<'float32'>();
      });
    await agreeOnBoth(convolutions, gradient);
  });
});

describe('the extractor on WebAssembly', () => {
  it("gives Keras' features in double precision within 5e-4 and leaves no tensor behind", async () => {
    const { input_u8: input, features_f64: features } = oracleArrays('mobilenet');
    const arrays = await oracleWeights(folder);
    const before = tf.memory().numTensors;
    const extractor = await createExtractor(mobilenet(arrays, 0.35), 96);
    const found = extractor.extract(input!.data as Uint8Array, 1);
    expect(largestDifference(found, features!.data)).toBeLessThan(5e-4);
    extractor.dispose();
    extractor.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('does not pretend to have native graphs', () => {
    expect(() => loadNativeGraph(Buffer.alloc(0))).toThrow(expect.objectContaining({ code: 'NO_BACKEND' }));
  });
});
