import type { LayersModel, Scalar, SymbolicTensor, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { Batch, Task } from '../core/concepts';
import { tensorflow } from '../tensorflow/backend';
import { createOptimizer, type OptimizerKind, type OptimizerState } from './optimizer';
import type { Updates } from './rates';

/** What came out of a step, all before its update. */
export interface StepResult {
  loss: number;
  /** `[rows, outputs]`, with dropout and the batch's own statistics, as training sees it. */
  output: Float32Array;
}

/** Changes a model's weights, one batch at a time; `factors` are those of `rateFactors`, by default 1. */
export interface TrainingStep {
  run(batch: Batch, learningRate: number, factors?: readonly number[]): StepResult;
  /** Gives the model the weights of the last step. */
  sync(): void;
  /** The state of the optimizer, to go on from with `restore`. */
  state(): OptimizerState;
  /** Takes a state, and the weights that the model has now. */
  restore(state: OptimizerState): void;
  dispose(): void;
}

/** Height, width and channels of a row of the model's input. */
export const inputShape = (model: LayersModel): number[] => model.inputs[0]!.shape.slice(1) as number[]; // a model that learns knows them

export const rowsOf = ({ y }: Batch, { outputs }: Pick<Task, 'outputs'>): number => y.length / outputs;

export const trainedVariables = (model: LayersModel): Variable[] =>
  model.trainableWeights.map((weight) => weight.read() as Variable); // what a layer reads is its variable

/** What a model of one output gives, as `[rows, outputs]`. */
export function flatOutput(output: Tensor | Tensor[] | SymbolicTensor | SymbolicTensor[]): Tensor2D {
  const tensor = output as Tensor; // of a tensor, one
  return tensor.rank === 2 ? (tensor as Tensor2D) : tensor.reshape([tensor.shape[0]!, -1]);
}

/** The loss of the task plus every regularizer of the model. */
export const totalLoss = (
  model: LayersModel,
  task: Pick<Task, 'loss'>,
  output: Tensor2D,
  target: Tensor2D,
): Scalar =>
  model
    .calculateLosses()
    .reduce((sum: Scalar, term) => tensorflow().tf.add(sum, term), task.loss(output, target));

/** Loss, outputs and gradients (in the order of `trainedVariables`) in training mode; the caller disposes them, or does it all in a `tidy`. */
export function gradients(
  model: LayersModel,
  task: Pick<Task, 'loss'>,
  x: Tensor,
  y: Tensor2D,
): { loss: Scalar; output: Tensor2D; gradients: Tensor[] } {
  const { tf } = tensorflow();
  const variables = trainedVariables(model);
  let output: Tensor2D | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const found = flatOutput(model.apply(x, { training: true }));
    output = tf.keep(tf.clone(found));
    return totalLoss(model, task, found, y);
  }, variables);
  return { loss: value, output: output!, gradients: variables.map(({ name }) => grads[name]!) }; // the function was called; one per variable
}

/** One operation after the other, as TensorFlow.js does it: on every backend. */
export function eagerStep(
  model: LayersModel,
  task: Task,
  kind: OptimizerKind,
  updates?: Updates,
): TrainingStep {
  const { tf } = tensorflow();
  const optimizer = createOptimizer(kind, trainedVariables(model), updates);
  return {
    run: (batch, learningRate, factors) =>
      tf.tidy(() => {
        const rows = rowsOf(batch, task);
        const x = tf.tensor(batch.x, [rows, ...inputShape(model)]);
        const found = gradients(model, task, x, tf.tensor2d(batch.y, [rows, task.outputs]));
        const output = Float32Array.from(found.output.dataSync());
        found.output.dispose(); // kept beyond the tidy
        const loss = found.loss.dataSync()[0]!; // a scalar
        if (Number.isFinite(loss)) optimizer.step(found.gradients, learningRate, factors);
        return { loss, output };
      }),
    sync: () => {},
    state: optimizer.state,
    restore: optimizer.restore,
    dispose: optimizer.dispose,
  };
}
