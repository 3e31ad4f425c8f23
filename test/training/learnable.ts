import type { Shape, Source } from '../../lib/core/concepts';
import { random } from '../../lib/core/random';
import { gather } from '../../lib/data/numbers';
import type { HeadSettings } from '../../lib/networks/head';
import type { TrainingSettings } from '../../lib/training/settings';
import { labelledSource, type Rows } from '../../lib/training/sources';
import { regression } from '../../lib/training/tasks';

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

/** A source whose rows can be read without their labels. */
export interface Learnable extends Source {
  labels: readonly number[];
  /** To be given other labels, see `labelledSource`. */
  rows: Rows;
}

/** Rows in memory with a number each, to be learnt by its squared error. */
export function inMemory(
  values: Float32Array,
  rowShape: Shape,
  labels: readonly number[],
  key = 'in memory',
): Learnable {
  const columns = rowShape.reduce((a, b) => a * b, 1);
  const rows: Rows = { shape: rowShape, key, read: (wanted) => gather(values, columns, wanted) };
  return { ...labelledSource(regression(), labels, rows), labels, rows };
}

/** Rows whose label is the mean of their first channel: something a head can learn. */
export function learnable(count: number, label: string): Learnable {
  const { normal } = random(11, label);
  const values = Float32Array.from({ length: count * size }, normal);
  const labels = Array.from({ length: count }, (_, row) =>
    Math.fround([0, 4, 8, 12].reduce((sum, at) => sum + values[row * size + at]!, 0) / 2),
  );
  return inMemory(values, shape, labels, label);
}
