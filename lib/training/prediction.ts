import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import type { FeatureShape } from '../networks/head';
import { tensorflow } from '../tensorflow/backend';
import {
  type Figures,
  figureSums,
  type Objective,
  objectiveOf,
  outputCount,
  targetRows,
  totalLoss,
} from './objective';

/** Features and targets of many images; the features may lie on disk and are read a batch at a time. */
export interface FeatureSource {
  /** Number of images. */
  count: number;
  /** Shape of one image's features. */
  shape: FeatureShape;
  /** Features of the images at these positions, one after the other: `rows.length · h · w · channels` values. */
  read(rows: readonly number[]): Float32Array;
  /** What the model is to learn, one value per image: the price's target (−∞ for a free game under a hurdle), or the number of the class. */
  targets: Float32Array;
}

/**
 * What the model says of every image, in order: one value per image, the two of a hurdle, or the probabilities of its classes
 * (`[count, outputs]` laid flat). Dropout is off and batch normalization uses its running statistics. Memory for one batch at a time.
 */
export function predictHead(model: LayersModel, source: FeatureSource, batchSize: number): Float32Array {
  const outputs = outputCount(model);
  const all = new Float32Array(source.count * outputs);
  checkShape(model, source);
  for (const rows of batches(source.count, batchSize)) {
    all.set(inferBatch(model, source, rows).prediction, rows[0]! * outputs); // a batch has at least one row
  }
  return all;
}

/** Loss and errors of the model on all images, in inference mode as in `predictHead`. */
export function evaluateHead(model: LayersModel, source: FeatureSource, batchSize: number): Figures {
  const sums = figureSums(objectiveOf(model));
  checkSource(model, source, 'evaluated');
  for (const rows of batches(source.count, batchSize)) {
    const { prediction, target, loss } = inferBatch(model, source, rows);
    sums.add(prediction, target, loss);
  }
  return sums.mean();
}

/** Row numbers 0 … count − 1, or `order`, cut into batches; the last may be shorter. */
export function* batches(count: number, batchSize: number, order?: readonly number[]): Generator<number[]> {
  for (let start = 0; start < count; start += batchSize) {
    const length = Math.min(batchSize, count - start);
    yield Array.from({ length }, (_, i) => order?.[start + i] ?? start + i);
  }
}

/** Targets of these images, as rows of the model's outputs. */
export const batchTarget = (
  source: FeatureSource,
  rows: readonly number[],
  objective: Objective,
): Float32Array =>
  targetRows(
    Float32Array.from(rows, (row) => source.targets[row]!),
    objective,
  ); // rows lie below `count`

/** Throws `BAD_INPUT` when the features do not fit the model or a target cannot be learnt. */
export function checkSource(model: LayersModel, source: FeatureSource, use: string): void {
  checkShape(model, source);
  const { count, targets } = source;
  if (count < 1) {
    throw new ReportError('BAD_INPUT', `There are no images to be ${use}: give at least one.`);
  }
  if (targets.length !== count) {
    throw new ReportError(
      'BAD_INPUT',
      `${count} images have ${targets.length} targets: give one target per image.`,
    );
  }
  const { fits, expected } = objectiveOf(model);
  const wrong = targets.findIndex((target) => !fits(target));
  if (wrong < 0) return;
  throw new ReportError(
    'BAD_INPUT',
    `The target of image ${wrong} is ${targets[wrong]}, expected ${expected}: leave such images out before training.`,
  );
}

function checkShape(model: LayersModel, { shape }: FeatureSource): void {
  const input = model.inputs[0]!.shape.slice(1); // every model has an input
  if (input.length === shape.length && input.every((n, i) => n === null || n === shape[i])) return;
  throw new ReportError(
    'BAD_INPUT',
    `The features have shape [${shape.join(', ')}], the model expects [${input.join(', ')}]: build the head for these features.`,
  );
}

function inferBatch(
  model: LayersModel,
  source: FeatureSource,
  rows: readonly number[],
): { prediction: Float32Array; target: Float32Array; loss: number } {
  const { tf } = tensorflow();
  const objective = objectiveOf(model);
  const target = batchTarget(source, rows, objective);
  return tf.tidy(() => {
    const input = tf.tensor4d(source.read(rows), [rows.length, ...source.shape]);
    const prediction = model.apply(input, { training: false }) as Tensor2D; // one output
    const loss = totalLoss(model, prediction, tf.tensor2d(target, [rows.length, objective.outputs]));
    return {
      prediction: Float32Array.from(prediction.dataSync()),
      target,
      loss: loss.dataSync()[0]!, // a scalar
    };
  });
}
