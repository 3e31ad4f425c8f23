import { augmentPictures } from './augmentation';
import { cnnEpoch, digitsEpoch } from './cnn';
import { features96, features224 } from './features';
import { fineTuneEpoch } from './fineTuning';
import { epoch, explaining } from './head';
import { prepareFull, prepareThumbnails } from './pictures';
import { explainDigits } from './shap';
import { wholeRun } from './wholeRun';
import type { StageOptions, Work } from './work';

/** What can be timed, by name: our side of each row of the benchmark, and what only `bench/gpu.ts` asks for. */
export const ours: Record<string, (options: StageOptions) => Promise<Work>> = {
  'prepare-thumbnail': prepareThumbnails,
  'prepare-full': prepareFull,
  augment: augmentPictures,
  'features-96': features96,
  'features-224': features224,
  'epoch-32': epoch(32),
  'epoch-128': epoch(128),
  'cnn-epoch': cnnEpoch,
  'digits-epoch': digitsEpoch,
  'fine-tune': fineTuneEpoch,
  'grad-cam-features': explaining('features'),
  'grad-cam-picture': explaining('picture'),
  'deep-shap': explainDigits,
  'whole-run': wholeRun,
};
