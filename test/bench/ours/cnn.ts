import type { Shape } from '../../../lib/core/concepts';
import { random } from '../../../lib/core/random';
import { gather } from '../../../lib/data/numbers';
import { digitCnn } from '../../../lib/studies/digits/networks';
import { benchmark } from '../../../lib/studies/filter/networks';
import { loadTensorFlow } from '../../../lib/tensorflow/backend';
import { pictureSource } from '../../../lib/training/pictureSource';
import { labelledSource } from '../../../lib/training/sources';
import { classes } from '../../../lib/training/tasks';
import { timedEpochs } from './epochs';
import { preparedPictures } from './pictures';
import type { StageOptions, Work } from './work';

/** One epoch of a CNN from pixels: the filter's benchmark network over 2,000 pictures of 64 × 64, batches of 32, without augmentation. */
export async function cnnEpoch(options: StageOptions): Promise<Work> {
  const images = await preparedPictures(options, 64);
  const task = classes(['no', 'yes']);
  const rows = images.places.map((_, row) => row);
  const labels = rows.map((row) => (row % 2 === 0 ? 'no' : 'yes'));
  const source = pictureSource({ task, images, rows, labels });
  return timedEpochs(benchmark.build(source.shape, task, 0), source, 32, task);
}

/** One epoch of the network of digits: 6,000 grey pictures of 28 × 28, noise, in batches of 128. */
export async function digitsEpoch(): Promise<Work> {
  await loadTensorFlow();
  const [count, shape]: [number, Shape] = [6000, [28, 28, 1]];
  const grey = new Float32Array(count * 28 * 28).map(random(0, 'digits').next);
  const task = classes([...'0123456789']);
  const labels = Array.from({ length: count }, (_, i) => String(i % 10));
  const read = (rows: readonly number[]): Float32Array => gather(grey, 28 * 28, rows);
  const source = labelledSource(task, labels, { shape, key: 'noise', read });
  return timedEpochs(digitCnn.build(shape, task, 0), source, 128, task);
}
