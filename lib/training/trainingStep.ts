import type { LayersModel, Scalar, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';
import { outputCount, totalLoss } from './objective';
import { createOptimizer, type OptimizerKind, type OptimizerState } from './optimizer';

/** A batch to learn from: features `[rows, h, w, c]` and targets `[rows, outputs]`, both laid flat. */
export interface Batch {
  rows: number;
  features: Float32Array;
  target: Float32Array;
}

/** What the model said of a batch before it learnt from it. */
export interface StepResult {
  loss: number;
  /** `[rows, outputs]`, with dropout and the batch's own statistics, as training sees it. */
  prediction: Float32Array;
}

/** Changes a model's weights, one batch at a time. */
export interface TrainingStep {
  run(batch: Batch, learningRate: number): StepResult;
  /** Sees to it that the model has the weights of the last step. */
  sync(): void;
  /** Where the optimizer is, to go on from with `restore`. */
  state(): OptimizerState;
  /** Takes a state and the weights that the model has now. */
  restore(state: OptimizerState): void;
  /** Frees what it holds; the model stays the caller's. */
  dispose(): void;
}

/** The variables that training changes, in the model's order. */
export const trainedVariables = (model: LayersModel): Variable[] =>
  model.trainableWeights.map((weight) => weight.read() as Variable); // what a layer reads is its variable

/**
 * Loss, predictions and gradients (in the order of `trainedVariables`) of the model in training mode: dropout draws, and batch normalization
 * moves its statistics. The caller disposes them, or does it all in a `tidy`.
 */
export function gradients(
  model: LayersModel,
  features: Tensor,
  target: Tensor2D,
): { loss: Scalar; prediction: Tensor2D; gradients: Tensor[] } {
  const { tf } = tensorflow();
  const variables = trainedVariables(model);
  let prediction: Tensor2D | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const output = model.apply(features, { training: true }) as Tensor2D; // one output
    prediction = tf.keep(tf.clone(output));
    return totalLoss(model, output, target);
  }, variables);
  const found = prediction!; // the function was called
  return { loss: value, prediction: found, gradients: variables.map(({ name }) => grads[name]!) }; // one per variable
}

/** One operation after the other, as TensorFlow.js does it: on every backend. */
export function eagerStep(model: LayersModel, kind: OptimizerKind): TrainingStep {
  const { tf } = tensorflow();
  const optimizer = createOptimizer(kind, 0, trainedVariables(model));
  const shape = model.inputs[0]!.shape.slice(1) as number[]; // a head knows the shape of its features
  const outputs = outputCount(model);
  return {
    run: ({ rows, features, target }, learningRate) =>
      tf.tidy(() => {
        const input = tf.tensor(features, [rows, ...shape]);
        const found = gradients(model, input, tf.tensor2d(target, [rows, outputs]));
        const prediction = Float32Array.from(found.prediction.dataSync());
        found.prediction.dispose(); // kept beyond the tidy
        const loss = found.loss.dataSync()[0]!; // a scalar
        if (Number.isFinite(loss)) optimizer.step(found.gradients, learningRate);
        return { loss, prediction };
      }),
    sync: () => {},
    state: optimizer.state,
    restore: optimizer.restore,
    dispose: optimizer.dispose,
  };
}
