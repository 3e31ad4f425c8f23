import type { GradConfig, Tensor, Tensor4D, TensorInfo } from '@tensorflow/tfjs';
import { ReportError } from '../../../core/errors';
import type { TensorFlow } from '../../../tensorflow/backend';
import { tensorflow } from '../../../tensorflow/backend';

/**
 * Operations for training a whole MobileNetV2 on native TensorFlow. TensorFlow.js puts the gradients of batch normalization and ReLU6
 * together from many passes over memory, and that of a depthwise convolution for its input is slow in libtensorflow: with the
 * kernels here a step takes a fraction of the time.
 */

interface NativeAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** The functions of tfjs-node's backend used here; it keeps them public but untyped. */
interface NativeBackend {
  binding: { TF_ATTR_TYPE: number; TF_ATTR_FLOAT: number; TF_ATTR_BOOL: number; TF_FLOAT: number };
  executeMultipleOutputs(
    name: string,
    attributes: NativeAttribute[],
    inputs: TensorInfo[],
    outputs: number,
  ): TensorInfo[];
}

const normalizationKernel = 'TrainingBatchNorm';
const normalizationGradient = 'TrainingBatchNormGradient';
const relu6Kernel = 'TrainingRelu6';
const relu6Gradient = 'TrainingRelu6Gradient';
const depthwiseKernel = 'TrainingDepthwise';

/** Adds the kernels and their gradients; may be called twice. Throws `NO_BACKEND` when TensorFlow is not the native one. */
export function registerTrainingKernels(): void {
  const { tf, name } = tensorflow();
  if (name !== 'tensorflow') {
    throw new ReportError(
      'NO_BACKEND',
      `Training the base needs native TensorFlow, but ${name} is loaded: run npm run setup.`,
    );
  }
  if (tf.getKernel(normalizationKernel, 'tensorflow')) return;
  registerNormalization(tf);
  registerRelu6(tf);
  registerDepthwise(tf);
}

/** A kernel made of one native operation on float32 tensors, its inputs in the order of `names`. */
function registerNative(
  tf: TensorFlow,
  kernelName: string,
  operation: string,
  names: readonly string[],
  outputs: number,
  attributes: (native: NativeBackend, attrs: Record<string, unknown>) => NativeAttribute[] = () => [],
): void {
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const native = backend as unknown as NativeBackend;
      const { binding } = native;
      const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
      const given = names.map((input) => inputs[input]!); // the callers below pass every one
      const all = [type, ...attributes(native, (attrs ?? {}) as Record<string, unknown>)];
      const made = native.executeMultipleOutputs(operation, all, given, outputs);
      return outputs === 1 ? made[0]! : made; // as many as asked for
    },
  });
}

function registerNormalization(tf: TensorFlow): void {
  const attributes = ({ binding }: NativeBackend, { epsilon }: Record<string, unknown>) => [
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
  const inputs = ['x', 'scale', 'offset', 'mean', 'variance'];
  registerNative(tf, normalizationKernel, 'FusedBatchNormV3', inputs, 6, attributes);
  const gradientInputs = ['dy', 'x', 'scale', 'reserve1', 'reserve2', 'reserve3'];
  registerNative(tf, normalizationGradient, 'FusedBatchNormGradV3', gradientInputs, 5, attributes);
  const gradient: GradConfig = {
    kernelName: normalizationKernel,
    inputsToSave: ['x', 'scale'],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: (dy, saved, attrs) => {
      const [x, scale, reserve1, reserve2, reserve3] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const [first] = dy as Tensor[]; // that of y; nothing else of the outputs is used in a loss
      const given = { dy: first!, x, scale, reserve1, reserve2, reserve3 };
      const made = tf.engine().runKernel(normalizationGradient, given, attrs) as Tensor[];
      const none = (like: Tensor) => () => tf.zerosLike(like);
      return {
        x: () => made[0]!,
        scale: () => made[1]!,
        offset: () => made[2]!,
        mean: none(scale),
        variance: none(scale),
      }; // five outputs
    },
  };
  tf.registerGradient(gradient);
}

function registerRelu6(tf: TensorFlow): void {
  registerNative(tf, relu6Kernel, 'Relu6', ['x'], 1);
  registerNative(tf, relu6Gradient, 'Relu6Grad', ['dy', 'y'], 1);
  tf.registerGradient({
    kernelName: relu6Kernel,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      x: () => tf.engine().runKernel(relu6Gradient, { dy: dy as Tensor, y: y! }) as Tensor, // one output saved
    }),
  });
}

function registerDepthwise(tf: TensorFlow): void {
  tf.registerKernel({
    kernelName: depthwiseKernel,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) =>
      tf.depthwiseConv2d(
        inputs.x as Tensor4D,
        inputs.kernel as Tensor4D,
        (attrs as { stride?: number } | undefined)?.stride ?? 1,
        'same',
      ),
  });
  tf.registerGradient({
    kernelName: depthwiseKernel,
    inputsToSave: ['x', 'kernel'],
    gradFunc: (dy, saved, attrs) => {
      const [x, kernel] = saved as [Tensor4D, Tensor4D];
      const stride = attrs.stride as number;
      const info = { strides: [stride, stride], dilations: [1, 1], pad: 'same' };
      return {
        x: () => depthwiseInputGradient(tf, dy as Tensor4D, kernel, stride, x.shape),
        kernel: () =>
          tf
            .engine()
            .runKernel(
              'DepthwiseConv2dNativeBackpropFilter',
              { x, dy: dy as Tensor4D },
              { ...info, filterShape: kernel.shape },
            ) as Tensor,
      };
    },
  });
}

/**
 * The gradient of a 3 × 3 depthwise convolution with padding `same` for its input: the convolution of `dy`, at stride 2 spread out with
 * zeros between its values, with the kernel turned by 180°. Sides are even at stride 2, so that `same` pads below and right only.
 */
export function depthwiseInputGradient(
  tf: TensorFlow,
  dy: Tensor4D,
  kernel: Tensor4D,
  stride: number,
  [batch, height, width, channels]: [number, number, number, number],
): Tensor4D {
  const turned = tf.reverse(kernel, [0, 1]);
  if (stride === 1) return tf.depthwiseConv2d(dy, turned, 1, 'same');
  const [rows, columns] = [height / 2, width / 2];
  const apart = tf.pad(tf.reshape(dy, [batch * rows, 1, columns, 1 * channels]), [
    [0, 0],
    [0, 1],
    [0, 0],
    [0, channels],
  ]);
  const spread = tf.reshape(apart, [batch, height, width, channels]) as Tensor4D;
  const padded = tf.pad(spread, [
    [0, 0],
    [2, 0],
    [2, 0],
    [0, 0],
  ]);
  return tf.depthwiseConv2d(padded, turned, 1, 'valid');
}

/** Batch normalization with the statistics of the batch: what comes out, and these statistics (the variance unbiased). */
export function normalizeBatch(
  x: Tensor4D,
  scale: Tensor,
  offset: Tensor,
  epsilon: number,
): { y: Tensor4D; mean: Tensor; variance: Tensor } {
  const { tf } = tensorflow();
  const empty = tf.tensor1d([]);
  const inputs = { x, scale, offset, mean: empty, variance: empty };
  const [y, mean, variance] = tf.engine().runKernel(normalizationKernel, inputs, { epsilon }) as Tensor[];
  return { y: y as Tensor4D, mean: mean!, variance: variance! }; // six outputs
}

/** `min(max(x, 0), 6)`. */
export const relu6 = (x: Tensor4D): Tensor4D =>
  tensorflow().tf.engine().runKernel(relu6Kernel, { x }) as Tensor4D; // one output

/** A 3 × 3 depthwise convolution with padding `same`; the sides of `x` must be even when `stride` is 2. */
export const depthwise = (x: Tensor4D, kernel: Tensor4D, stride: number): Tensor4D =>
  tensorflow().tf.engine().runKernel(depthwiseKernel, { x, kernel }, { stride }) as Tensor4D; // one output
