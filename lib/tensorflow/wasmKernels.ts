import type {
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropInputAttrs,
  DepthwiseConv2dNativeBackpropInputInputs,
  Tensor2D,
  Tensor4D,
  TensorInfo,
} from '@tensorflow/tfjs';

type TensorFlow = typeof import('@tensorflow/tfjs');

/**
 * Adds to the WebAssembly backend two kernels that it lacks, put together from operations that it has: the gradient of a
 * convolution for its kernel, without which a convolution cannot be trained, and that of a depthwise convolution for its input,
 * without which no gradient reaches a layer inside the base. NHWC only. May be called twice.
 */
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

/**
 * For each place (i, j) of the kernel, [in, filters] = Σ over batch and positions of input(y · stride + i, x · stride + j)ᵀ · gradient(y, x):
 * one matrix product per place.
 */
function convolutionKernelGradient(
  tf: TensorFlow,
  { x, dy }: Conv2DBackpropFilterInputs,
  { strides, pad, dimRoundingMode, filterShape }: Conv2DBackpropFilterAttrs,
): TensorInfo {
  const info = tf.backend_util.computeConv2DInfo(
    tensor4d(x).shape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { outHeight, outWidth, strideHeight, strideWidth, padInfo, batchSize, inChannels, outChannels } =
    info;
  const [height, width] = filterShape;
  return tf.tidy(() => {
    const padded = tf.pad(tensor4d(x), [
      [0, 0],
      [padInfo.top, padInfo.bottom],
      [padInfo.left, padInfo.right],
      [0, 0],
    ]);
    const gradient = tf.reshape(tensor4d(dy), [-1, outChannels]);
    const products: Tensor2D[] = [];
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const seen = tf.stridedSlice(
          padded,
          [0, i, j, 0],
          [
            batchSize,
            i + (outHeight - 1) * strideHeight + 1,
            j + (outWidth - 1) * strideWidth + 1,
            inChannels,
          ],
          [1, strideHeight, strideWidth, 1],
        );
        products.push(tf.matMul(tf.reshape(seen, [-1, inChannels]), gradient, true, false));
      }
    }
    return tf.reshape(tf.concat(products, 0), filterShape);
  });
}

/**
 * The gradient, spread out by the stride with zeros between, filtered by the kernel turned by 180 degrees. Only one output per
 * channel, as in MobileNetV2.
 */
function depthwiseInputGradient(
  tf: TensorFlow,
  { dy, filter }: DepthwiseConv2dNativeBackpropInputInputs,
  { strides, dilations, pad, dimRoundingMode, inputShape }: DepthwiseConv2dNativeBackpropInputAttrs,
): TensorInfo {
  const kernel = tensor4d(filter);
  const info = tf.backend_util.computeConv2DInfo(
    inputShape,
    kernel.shape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo, inHeight, inWidth } = info;
  if (kernel.shape[3] !== 1 || dilationHeight !== 1 || dilationWidth !== 1) {
    throw new Error('DepthwiseConv2dNativeBackpropInput on wasm: one output per channel, no dilation only');
  }
  const [height, width] = kernel.shape;
  return tf.tidy(() => {
    const spread = spreadOut(tf, spreadOut(tf, tensor4d(dy), 1, strideHeight), 2, strideWidth);
    const [, rows, columns] = spread.shape;
    // Enough behind to reach the last row and column of the padded input; no window saw more.
    const framed = tf.pad(spread, [
      [0, 0],
      [height - 1, Math.max(0, padInfo.top + inHeight - rows)],
      [width - 1, Math.max(0, padInfo.left + inWidth - columns)],
      [0, 0],
    ]);
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
