import { coreSettings, type Values, whole } from '../../core/settings';

/** The settings of the study: those of every study, with defaults of its own, and what else it needs. */
export const settings = {
  ...coreSettings,
  data: { ...coreSettings.data, about: 'folder with train.csv, Train/, test.csv and Test/' },
  imageSize: {
    ...coreSettings.imageSize,
    initial: 32,
    about: "side of the square that a CNN sees. The original's",
  },
  epochs: { ...coreSettings.epochs, initial: 20 },
  patience: { ...coreSettings.patience, initial: 6 },
  folds: whole(5, [2, 20], 'parts of the labelled pictures, each of which is for a test once'),
  cnnFolds: whole(1, [1, 20], 'folds that CNNs are trained for. Each takes a training'),
  transferSize: whole(128, [32, 512], 'side of the square that the backbone sees'),
};

/** The values of these settings. */
export type Config = Values<typeof settings>;
