import type { NamedTensorInfoMap, Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { NativeAttribute, NativeBackend, TensorFlow } from './binding';

/** tfjs-node's way to run one operation of native TensorFlow. */
interface Executor extends NativeBackend {
  executeMultipleOutputs(
    name: string,
    attributes: NativeAttribute[],
    inputs: readonly (Tensor | TensorInfo)[],
    outputs: number,
  ): Tensor[];
}

const NORMALIZE = 'BatchNormalizationInTraining';

/** Makes native TensorFlow's batch normalization in training and its gradient known, which TensorFlow.js composes of a dozen operations. */
export function registerTrainingKernels(tf: TensorFlow): void {
  if (tf.getKernel(NORMALIZE, 'tensorflow')) return; // loaded before in this process
  const backend = executor(tf);
  const { TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_ATTR_BOOL } = backend.binding;
  const T: NativeAttribute = { name: 'T', type: TF_ATTR_TYPE, value: 1 }; // float32
  const U: NativeAttribute = { ...T, name: 'U' };
  const run = (
    name: string,
    inputs: readonly (Tensor | TensorInfo)[],
    outputs = 1,
    more: NativeAttribute[] = [],
  ) => backend.executeMultipleOutputs(name, [T, ...more], inputs, outputs);
  const attributes = (epsilon: unknown): NativeAttribute[] => [
    U,
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ];
  tf.registerKernel({
    kernelName: NORMALIZE,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, gamma, beta } = inputs as NamedTensorInfoMap;
      const none = tf.tensor1d([]); // no statistics from before
      const found = run('FusedBatchNormV3', [x!, gamma!, beta!, none, none], 6, attributes(attrs?.epsilon));
      none.dispose();
      return found;
    },
  });
  tf.registerGradient({
    kernelName: NORMALIZE,
    inputsToSave: ['x', 'gamma'],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: (dy, [x, gamma, ...reserve], attrs) => {
      const [dx, dgamma, dbeta] = run(
        'FusedBatchNormGradV3',
        [(dy as Tensor[])[0]!, x!, gamma!, ...reserve], // several outputs, and what is saved above
        5,
        attributes(attrs.epsilon),
      );
      return { x: () => dx!, gamma: () => dgamma!, beta: () => dbeta! };
    },
  });
}

/** Batch normalization of `[…, channels]` by the batch's own statistics, in one native operation: the result, and mean and variance of each channel. */
export function normalizeBatch(
  tf: TensorFlow,
  { x, gamma, beta, epsilon }: { x: Tensor; gamma: Tensor; beta: Tensor; epsilon: number },
): { y: Tensor; mean: Tensor; variance: Tensor } {
  const channels = gamma.size;
  const rows = x.size / channels;
  const flat = x.rank === 4 ? x : tf.reshape(x, [rows, 1, 1, channels]);
  const inputs = { x: flat, gamma, beta };
  const [y, mean, unbiased] = tf.engine().runKernel(NORMALIZE, inputs, { epsilon }) as Tensor[]; // as registered
  const variance = tf.mul(unbiased!, Math.max(1, rows - 1) / rows); // TensorFlow divides by rows − 1
  return { y: tf.reshape(y!, x.shape), mean: mean!, variance };
}

/** ReLU whose gradient is one native operation, where TensorFlow.js' fills two tensors with ones and zeros. */
export function reluInTraining(tf: TensorFlow, x: Tensor): Tensor {
  const backend = executor(tf);
  const T: NativeAttribute = { name: 'T', type: backend.binding.TF_ATTR_TYPE, value: 1 }; // float32
  return tf.customGrad((input, save) => {
    const value = tf.relu(input as Tensor);
    (save as (tensors: Tensor[]) => void)([value]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      backend.executeMultipleOutputs('ReluGrad', [T], [dy, saved[0]!], 1)[0]!; // one saved, one output
    return { value, gradFunc };
  })(x);
}

const executor = (tf: TensorFlow): Executor => tf.backend() as unknown as Executor; // its members are untyped
