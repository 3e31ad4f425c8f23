import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { tensorflow } from '../../lib/tensorflow/backend';

/** Runs `use` on a head and frees it. */
export async function withHead<T>(head: LayersModel, use: (head: LayersModel) => T | Promise<T>): Promise<T> {
  try {
    return await use(head);
  } finally {
    head.dispose();
  }
}

/** What a head gives for three rows of numbers from 0 to 1. */
export function output(head: LayersModel, training = false): number[] {
  const { tf } = tensorflow();
  return tf.tidy(() => {
    const shape = head.inputs[0]!.shape.map((n) => n ?? 3);
    const input = tf
      .linspace(
        0,
        1,
        shape.reduce((a, b) => a * b, 1),
      )
      .reshape(shape);
    return [...(head.apply(input, { training }) as Tensor).dataSync()];
  });
}
