import type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { tensorflow } from '../../../tensorflow/backend';
import { detailScales, fieldsPerSide, type Task, tasks } from './labels';

/** What a task has in a batch: its columns of the outputs, and its true answers (`[batch]` for a choice, else `[batch, size]`). */
export interface TaskColumns {
  task: Task;
  outputs: Tensor2D;
  truth: Tensor;
}

/** The outputs `[batch, outputLength]` of a batch by task, each beside its truth; see `taskTruths`. */
export function byTask(outputs: Tensor2D, answers: Tensor2D, images: Tensor4D): TaskColumns[] {
  const [own, truths] = [splitOutputs(outputs), taskTruths(answers, images)];
  return tasks.map((task, i) => ({ task, outputs: own[i]!, truth: truths[i]! })); // one of each per task
}

/**
 * The true answers of a batch by task: columns of `answers`, `[batch, answerLength]`, or computed from `images`, `[batch, height, width, 3]` in
 * [−1, 1].
 */
export function taskTruths(answers: Tensor2D, images: Tensor4D): Tensor[] {
  const { tf } = tensorflow();
  let known = 0;
  return tasks.map(({ source, kind, size }) => {
    if (source !== 'drawing') return measured[source](images);
    const width = kind === 'choice' ? 1 : size;
    const truth = tf.slice(answers, [0, known], [-1, width]);
    known += width;
    return kind === 'choice' ? tf.reshape(truth, [-1]) : truth;
  });
}

/** Cuts the outputs `[batch, outputLength]` into those of each task, in order. */
export function splitOutputs(outputs: Tensor2D): Tensor2D[] {
  const { tf } = tensorflow();
  let column = 0;
  return tasks.map(({ size }) => {
    const own = tf.slice(outputs, [0, column], [-1, size]);
    column += size;
    return own;
  });
}

/** The loss of one task, weighted: cross-entropy of a choice, mean cross-entropy of flags, mean squared error of values. */
export function taskLoss({ task, outputs, truth }: TaskColumns): Scalar {
  const { tf } = tensorflow();
  const weighted = (loss: Tensor): Scalar => tf.mul(tf.mean(loss), task.weight) as Scalar;
  if (task.kind === 'values') return weighted(tf.square(tf.sub(outputs, truth)));
  if (task.kind === 'choice') {
    const wanted = tf.oneHot(tf.cast(truth, 'int32') as import('@tensorflow/tfjs').Tensor1D, task.size);
    return weighted(tf.neg(tf.sum(tf.mul(wanted, tf.logSoftmax(outputs)), -1)));
  }
  // log(1 + eˣ) − x · truth, in the form that does not overflow
  const soft = tf.add(tf.relu(outputs), tf.softplus(tf.neg(tf.abs(outputs))));
  return weighted(tf.sub(soft, tf.mul(outputs, truth)));
}

/** What is computed from images in [−1, 1]. */
const measured: Record<Exclude<Task['source'], 'drawing'>, (images: Tensor4D) => Tensor2D> = {
  colours: fieldColours,
  detail: fieldDetail,
};

/** Mean over each field of the picture, `[batch, fieldsPerSide, fieldsPerSide, channels]`; what is left over at the right and below does not count. */
function fieldMeans(values: Tensor4D): Tensor4D {
  const { tf } = tensorflow();
  const [, height, width] = values.shape;
  const field: [number, number] = [Math.floor(height / fieldsPerSide), Math.floor(width / fieldsPerSide)];
  const whole = tf.slice(
    values,
    [0, 0, 0, 0],
    [-1, field[0] * fieldsPerSide, field[1] * fieldsPerSide, -1],
  ) as Tensor4D;
  return tf.avgPool(whole, field, field, 'valid');
}

/** Mean and standard deviation of each colour in fields of the picture, from 0 to 1: `[batch, 6 · fieldsPerSide²]`. */
function fieldColours(images: Tensor4D): Tensor2D {
  const { tf } = tensorflow();
  const shown = tf.div(tf.add(images, 1), 2) as Tensor4D;
  const mean = fieldMeans(shown);
  const square = fieldMeans(tf.square(shown));
  const deviation = tf.sqrt(tf.relu(tf.sub(square, tf.square(mean))));
  return tf.reshape(tf.concat([mean, deviation], -1), [images.shape[0], -1]);
}

/** A difference in brightness that counts as none: about two grey levels of 255. */
const flat = 0.01;

/**
 * How much the brightness differs between neighbours, across and down, at several scales: the logarithm of the mean difference (brightness from 0 to 1)
 * in fields of the picture, `[batch, 2 · scales · fieldsPerSide²]`.
 */
function fieldDetail(images: Tensor4D): Tensor2D {
  const { tf } = tensorflow();
  const brightness = tf.div(tf.add(tf.mean(images, 3, true), 1), 2) as Tensor4D;
  const measures = detailScales.flatMap((scale) => {
    const blocks = tf.avgPool(brightness, scale, scale, 'valid');
    const [, height, width] = blocks.shape;
    const part = (top: number, left: number, lines: number, columns: number) =>
      tf.slice(blocks, [0, top, left, 0], [-1, lines, columns, -1]);
    const across = tf.sub(part(0, 1, height, width - 1), part(0, 0, height, width - 1));
    const down = tf.sub(part(1, 0, height - 1, width), part(0, 0, height - 1, width));
    return [across, down].map((difference) => fieldMeans(tf.abs(difference) as Tensor4D));
  });
  const means = tf.concat(measures, -1);
  return tf.reshape(tf.log(tf.add(means, flat)), [images.shape[0], -1]);
}
