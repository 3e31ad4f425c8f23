import { createHash } from 'node:crypto';
import type { LayersModel } from '@tensorflow/tfjs';
import type { Batch, Shape, Source, Task } from '../core/concepts';
import { ReportError } from '../core/errors';
import { sha256, stableJson } from '../core/files';
import { type Random, random } from '../core/random';
import { gather } from '../data/numbers';

/** What a model predicts from: a source, of which nothing but `x` is looked at. */
export interface Inputs extends Pick<Source, 'count' | 'shape'> {
  read(rows: readonly number[], epoch: number): Pick<Batch, 'x'> | Promise<Pick<Batch, 'x'>>;
}

/** Where the rows of `labelledSource` come from; `key` stands for their content. */
export interface Rows {
  shape: Shape;
  key: string;
  /** The rows with these numbers, laid flat. */
  read(rows: readonly number[]): Float32Array;
}

/** The mean over all places of each row, `[1, 1, channels]`, read once and kept: all that a head needs which begins with it. */
export function meanRows({ count, shape, key, read }: Rows & { count: number }): Rows {
  const channels = shape[2];
  const means = new Float32Array(count * channels);
  for (let row = 0; row < count; row++) {
    const sums = new Float64Array(channels);
    const features = read([row]);
    for (let from = 0; from < features.length; from += channels) {
      for (let i = 0; i < channels; i++) sums[i]! += features[from + i]!; // in range, as below
    }
    for (let i = 0; i < channels; i++) means[row * channels + i] = (sums[i]! * channels) / features.length;
  }
  return { shape: [1, 1, channels], key: `mean of ${key}`, read: (rows) => gather(means, channels, rows) };
}

/** The mean and, behind them, the deviation of each channel over some places. */
function momentsOf(features: Float32Array, channels: number): Float32Array {
  const moments = new Float32Array(2 * channels);
  const places = features.length / channels;
  for (let i = 0; i < channels; i++) {
    let [sum, squares] = [0, 0];
    for (let at = i; at < features.length; at += channels) {
      sum += features[at]!; // in range, as below
      squares += features[at]! ** 2;
    }
    const mean = sum / places;
    moments[i] = mean;
    moments[channels + i] = Math.sqrt(Math.max(0, squares / places - mean ** 2));
  }
  return moments;
}

/** Means and deviations of each channel over all places of each row and over its thirds (Lazebnik, Schmid and Ponce, 2006), read once. */
export function momentRows({ count, shape, key, read }: Rows & { count: number }): Rows[] {
  const [height, width, channels] = shape;
  const edge = (third: number): number => Math.round((third * height) / 3);
  const areas = [[0, 3], ...[0, 1, 2].map((third) => [third, third + 1])]
    .map(([from, to]) => [edge(from!), edge(to!)] as const) // pairs
    .filter(([from, to]) => to > from);
  const columns = 2 * channels;
  const moments = areas.map(() => new Float32Array(count * columns));
  for (let row = 0; row < count; row++) {
    const features = read([row]);
    areas.forEach(([from, to], k) => {
      const own = features.subarray(from * width * channels, to * width * channels);
      moments[k]!.set(momentsOf(own, channels), row * columns); // one for each area
    });
  }
  return areas.map(([from, to], k) => ({
    shape: [1, 1, columns],
    key: `moments of ${from} to ${to} of ${key}`,
    read: (rows) => gather(moments[k]!, columns, rows), // as above
  }));
}

/** Rows of single places side by side, with how many numbers each contributes. */
export function joinedRows(all: readonly Rows[]): Rows & { parts: number[] } {
  const parts = all.map(({ shape }) => shape[2]);
  const columns = parts.reduce((a, b) => a + b, 0);
  const read = (rows: readonly number[]): Float32Array => {
    const joined = new Float32Array(rows.length * columns);
    let start = 0;
    all.forEach((one, part) => {
      const [values, own] = [one.read(rows), parts[part]!]; // one for each
      rows.forEach((_, i) => {
        joined.set(values.subarray(i * own, (i + 1) * own), i * columns + start);
      });
      start += own;
    });
    return joined;
  };
  return { shape: [1, 1, columns], key: all.map(({ key }) => key).join(' and '), read, parts };
}

/** A source whose row i has the i-th of the labels. Throws `BAD_INPUT` for a label that the task cannot encode. */
export function labelledSource<L>(task: Task<L>, labels: readonly L[], { shape, key, read }: Rows): Source {
  const y = encodeLabels(task, labels);
  return {
    count: labels.length,
    shape,
    key: `${key} ${hashOf([y])}`,
    read: (rows) => ({ x: read(rows), y: gather(y, task.outputs, rows) }),
  };
}

/** Labels as rows of `y`, laid flat. Throws `BAD_INPUT`, with its number, for one that does not fit the task. */
export function encodeLabels<L>({ encode, outputs }: Task<L>, labels: readonly L[]): Float32Array {
  const y = new Float32Array(labels.length * outputs);
  labels.forEach((label, i) => {
    try {
      y.set(encode(label), i * outputs);
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      throw new ReportError(
        error.code,
        `Row ${i} cannot be learnt: ${error.message} Leave such rows out before training.`,
      );
    }
  });
  return y;
}

/** The rows with these numbers of a source as one of their own; a row may occur more than once. */
export const rowsOf = (source: Source, chosen: readonly number[]): Source => ({
  count: chosen.length,
  shape: source.shape,
  key: `${source.key} ${sha256(stableJson(chosen))}`,
  read: (rows, epoch) =>
    source.read(
      rows.map((row) => chosen[row]!), // below the count
      epoch,
    ),
});

/** Row numbers 0 … count − 1, or `order`, cut into batches; the last may be shorter. */
export const batches = (count: number, batchSize: number, order?: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(count / batchSize) }, (_, batch) => {
    const start = batch * batchSize;
    const length = Math.min(batchSize, count - start);
    return Array.from({ length }, (_, i) => order?.[start + i] ?? start + i);
  });

/** The rows of each step of an epoch, counted from 1: shuffled anew in each, unless `shuffle` is false, or drawn by `weights`. */
export function epochBatches(
  { count, weights }: Pick<Source, 'count' | 'weights'>,
  { batchSize, seed, shuffle = true }: { batchSize: number; seed: number; shuffle?: boolean },
  epoch: number,
): number[][] {
  const stream = random(seed, 'epoch', epoch);
  if (weights) return batches(count, batchSize, drawRows(weights, stream));
  const inOrder = Array.from({ length: count }, (_, i) => i);
  return batches(count, batchSize, shuffle ? stream.shuffle(inOrder) : inOrder);
}

/** As many rows as there are weights, drawn with replacement, each as often as its weight says. */
function drawRows(weights: readonly number[], { next }: Random): number[] {
  let sum = 0;
  const sums = Float64Array.from(weights, (weight) => (sum += weight));
  return weights.map(() => {
    const at = next() * sum;
    let [low, high] = [0, sums.length - 1]; // the row is the first whose sum is larger
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > at)
        high = middle; // in range
      else low = middle + 1;
    }
    return low;
  });
}

/** The batches with these rows in order. Of a source that reads in the background the next one is asked for while one is in use. */
export async function* readBatches<B>(
  read: (rows: readonly number[], epoch: number) => B | Promise<B>,
  rows: readonly (readonly number[])[],
  epoch: number,
): AsyncGenerator<{ rows: readonly number[]; batch: B }> {
  let next: Promise<B> | null = null;
  for (const [i, own] of rows.entries()) {
    const reading: B | Promise<B> = next ?? read(own, epoch);
    const batch = await reading;
    const after = rows[i + 1];
    next = reading instanceof Promise && after ? Promise.resolve(read(after, epoch)) : null;
    next?.catch(() => {}); // raised where the batch is awaited; a caller that stops before does not need it
    yield { rows: own, batch };
  }
}

/** Throws `BAD_INPUT` for a source without rows, or of another shape than the model's input. */
export function checkInputs(model: LayersModel, { count, shape }: Inputs, use: string): void {
  if (count < 1) throw new ReportError('BAD_INPUT', `There are no rows to be ${use}: give at least one.`);
  const input = model.inputs[0]!.shape.slice(1); // every model has an input
  if (input.length === shape.length && input.every((n, i) => n === null || n === shape[i])) return;
  throw new ReportError(
    'BAD_INPUT',
    `The rows have shape [${shape.join(', ')}], the model expects [${input.join(', ')}]: build the model for these rows.`,
  );
}

/** Throws `BAD_INPUT` when the model gives another number of outputs than the task has, or the task monitors a figure that it does not have. */
export function checkTask(model: LayersModel, { name, outputs, metrics, monitor }: Task): void {
  if (outputCount(model) !== outputs) {
    throw new ReportError(
      'BAD_INPUT',
      `The model gives ${outputCount(model)} outputs, the task ${name} has ${outputs}: build the model for this task.`,
    );
  }
  if (monitor.metric === 'loss' || monitor.metric in metrics) return;
  throw new ReportError(
    'BAD_INPUT',
    `The task ${name} monitors "${monitor.metric}", expected one of ${['loss', ...Object.keys(metrics)].join(', ')}.`,
  );
}

/** Numbers that the model gives for a row. */
export const outputCount = ({ outputShape }: LayersModel): number =>
  (outputShape as number[]).slice(1).reduce((a, b) => a * b, 1); // of one output: [batch, …]

/** Hex SHA-256 of the numbers of all arrays, one after the other. */
export function hashOf(arrays: readonly Float32Array[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of arrays) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
