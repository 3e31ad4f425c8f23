import { benchmark } from '../../../lib/studies/filter/networks';
import { pictureSource } from '../../../lib/training/pictureSource';
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
