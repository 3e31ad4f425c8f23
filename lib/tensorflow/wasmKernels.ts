import type {
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropInputAttrs,
  DepthwiseConv2dNativeBackpropInputInputs,
  Tensor4D,
  TensorInfo,
} from '@tensorflow/tfjs';
import type { TensorFlow } from './binding';

/** Adds to WebAssembly the gradients of a convolution for its kernel and of a depthwise convolution for its input (NHWC only). May be called twice. */
export function registerWasmKernels(tf: TensorFlow): void {
  const register = (kernelName: string, kernelFunc: import('@tensorflow/tfjs').KernelFunc) => {
    if (!tf.getKernel(kernelName, 'wasm')) tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  };
  register('Conv2DBackpropFilter', ({ inputs, attrs }) =>
    convolutionKernelGradient(
      tf,
      inputs as Conv2DBackpropFilterInputs,
      attrs as unknown as Conv2DBackpropFilterAttrs, // the registry's type is a plain map; the op passes these
    ),
  );
  register('DepthwiseConv2dNativeBackpropInput', ({ inputs, attrs }) =>
    depthwiseInputGradient(
      tf,
      inputs as DepthwiseConv2dNativeBackpropInputInputs,
      attrs as unknown as DepthwiseConv2dNativeBackpropInputAttrs, // as above
    ),
  );
}

/** A kernel's input for the operations of tf: what the engine hands over is a tensor, and the op that called saw that it is there. */
const tensor4d = (info: TensorInfo | undefined): Tensor4D => info as Tensor4D;

/** For each place of the kernel, a matrix product over batch and positions: what the place saw, transposed, times the gradient. */
function convolutionKernelGradient(
  tf: TensorFlow,
  { x, dy }: Conv2DBackpropFilterInputs,
  { strides, pad, dimRoundingMode, filterShape }: Conv2DBackpropFilterAttrs,
): TensorInfo {
  const { computeConv2DInfo } = tf.backend_util;
  const info = computeConv2DInfo(tensor4d(x).shape, filterShape, strides, 1, pad, dimRoundingMode);
  const { outHeight, outWidth, strideHeight, strideWidth, padInfo, batchSize, inChannels } = info;
  const [height, width, , outChannels] = filterShape;
  return tf.tidy(() => {
    const rows: [number, number] = [padInfo.top, padInfo.bottom];
    const columns: [number, number] = [padInfo.left, padInfo.right];
    const padded = tf.pad(tensor4d(x), [[0, 0], rows, columns, [0, 0]]);
    const gradient = tf.reshape(tensor4d(dy), [-1, outChannels]);
    const products = Array.from({ length: height * width }, (_, place) => {
      const [i, j] = [Math.floor(place / width), place % width];
      const [down, across] = [i + (outHeight - 1) * strideHeight + 1, j + (outWidth - 1) * strideWidth + 1];
      const end = [batchSize, down, across, inChannels];
      const seen = tf.stridedSlice(padded, [0, i, j, 0], end, [1, strideHeight, strideWidth, 1]);
      return tf.matMul(tf.reshape(seen, [-1, inChannels]), gradient, true, false);
    });
    return tf.reshape(tf.concat(products, 0), filterShape);
  });
}

/** The gradient, spread out by the stride with zeros between, filtered by the kernel turned by 180 degrees. One output per channel only. */
function depthwiseInputGradient(
  tf: TensorFlow,
  { dy, filter }: DepthwiseConv2dNativeBackpropInputInputs,
  { strides, dilations, pad, dimRoundingMode, inputShape }: DepthwiseConv2dNativeBackpropInputAttrs,
): TensorInfo {
  const kernel = tensor4d(filter);
  const { computeConv2DInfo } = tf.backend_util;
  const info = computeConv2DInfo(inputShape, kernel.shape, strides, dilations, pad, dimRoundingMode, true);
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo, inHeight, inWidth } = info;
  if (kernel.shape[3] !== 1 || dilationHeight !== 1 || dilationWidth !== 1) {
    throw new Error('DepthwiseConv2dNativeBackpropInput on wasm: one output per channel, no dilation only');
  }
  const [height, width] = kernel.shape;
  return tf.tidy(() => {
    const spread = spreadOut(tf, spreadOut(tf, tensor4d(dy), 1, strideHeight), 2, strideWidth);
    const [, rows, columns] = spread.shape;
    // Enough behind to reach the last row and column of the padded input; no window saw more.
    const down: [number, number] = [height - 1, Math.max(0, padInfo.top + inHeight - rows)];
    const across: [number, number] = [width - 1, Math.max(0, padInfo.left + inWidth - columns)];
    const framed = tf.pad(spread, [[0, 0], down, across, [0, 0]]);
    const full = tf.depthwiseConv2d(framed, tf.reverse(kernel, [0, 1]) as Tensor4D, 1, 'valid');
    return tf.slice(full, [0, padInfo.top, padInfo.left, 0], inputShape);
  });
}

/** Puts `stride − 1` zeros behind each row (axis 1) or column (axis 2). */
function spreadOut(tf: TensorFlow, tensor: Tensor4D, axis: 1 | 2, stride: number): Tensor4D {
  if (stride === 1) return tensor;
  const shape = [...tensor.shape];
  shape[axis]! *= stride; // axis < 4
  const zeros = Array.from({ length: stride - 1 }, () => tf.zerosLike(tensor));
  return tf.stack([tensor, ...zeros], axis + 1).reshape(shape) as Tensor4D;
}
