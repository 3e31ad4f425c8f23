import { random } from '../../lib/core/random';
import type { HeadSettings } from '../../lib/networks/head';
import type { FeatureSource } from '../../lib/training/prediction';
import type { TrainingSettings } from '../../lib/training/trainingSettings';

/** Of the features below. */
export const shape = [2, 2, 4] as const;
const size = 2 * 2 * 4;

/** A small head for them. */
export const headSettings: HeadSettings = {
  l2: 0.001,
  dropout1: 0.2,
  dropout2: 0.2,
  seed: 3,
  filters: 8,
  units: [8, 6],
};

export const settings: TrainingSettings = {
  epochs: 4,
  patience: 4,
  batchSize: 8,
  learningRate: 0.01,
  seed: 5,
};

/** Images whose target is the mean of their first channel: something a head can learn. */
export function learnable(count: number, label: string): FeatureSource {
  const { normal } = random(11, label);
  const values = Float32Array.from({ length: count * size }, normal);
  const targets = Float32Array.from(
    { length: count },
    (_, row) => [0, 4, 8, 12].reduce((sum, at) => sum + values[row * size + at]!, 0) / 2,
  );
  const read = (rows: readonly number[]) =>
    Float32Array.from(rows.flatMap((row) => [...values.subarray(row * size, (row + 1) * size)]));
  return { count, shape, targets, read };
}
