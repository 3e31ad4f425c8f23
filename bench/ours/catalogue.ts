import { augmentPictures } from './augmentation';
import { features96, features224 } from './features';
import { epoch, explaining } from './head';
import { prepareFull, prepareThumbnails } from './pictures';
import { wholeRun } from './wholeRun';
import type { StageOptions, Work } from './work';

/** Our side of each row of the benchmark, by the row's name. */
export const ours: Record<string, (options: StageOptions) => Promise<Work>> = {
  'prepare-thumbnail': prepareThumbnails,
  'prepare-full': prepareFull,
  augment: augmentPictures,
  'features-96': features96,
  'features-224': features224,
  'epoch-32': epoch(32),
  'epoch-128': epoch(128),
  'grad-cam-features': explaining('features'),
  'grad-cam-picture': explaining('picture'),
  'whole-run': wholeRun,
};
