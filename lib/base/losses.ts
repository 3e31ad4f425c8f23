import type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';
import { fieldsPerSide, type Task, tasks } from './labels';

/** What a task has in a batch: its columns of the outputs, and its true answers (`[batch]` for a choice, else `[batch, size]`). */
export interface TaskColumns {
  task: Task;
  outputs: Tensor2D;
  truth: Tensor;
}

/**
 * Cuts the outputs `[batch, outputLength]` and the answers `[batch, answerLength]` of a batch into tasks; what is computed from the pixels
 * comes from `images`, `[batch, size, size, 3]` in [−1, 1].
 */
export function byTask(outputs: Tensor2D, answers: Tensor2D, images: Tensor4D): TaskColumns[] {
  const { tf } = tensorflow();
  let column = 0;
  let known = 0;
  return tasks.map((task) => {
    const own = tf.slice(outputs, [0, column], [-1, task.size]);
    column += task.size;
    if (task.source === 'pixels') return { task, outputs: own, truth: fieldColours(images) };
    const width = task.kind === 'choice' ? 1 : task.size;
    const truth = tf.slice(answers, [0, known], [-1, width]);
    known += width;
    return { task, outputs: own, truth: task.kind === 'choice' ? tf.reshape(truth, [-1]) : truth };
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

/** Mean and standard deviation of each colour in fields of the picture, from 0 to 1: `[batch, 6 · fieldsPerSide²]`. */
function fieldColours(images: Tensor4D): Tensor2D {
  const { tf } = tensorflow();
  const [batch, size] = images.shape;
  const side = size / fieldsPerSide;
  const shown = tf.div(tf.add(images, 1), 2) as Tensor4D;
  const mean = tf.avgPool(shown, side, side, 'valid');
  const square = tf.avgPool(tf.square(shown), side, side, 'valid');
  const deviation = tf.sqrt(tf.relu(tf.sub(square, tf.square(mean))));
  return tf.reshape(tf.concat([mean, deviation], -1), [batch, -1]);
}
