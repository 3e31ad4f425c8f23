import { coreSettings, number, place, text, type Values, whole } from '../../core/settings';

/** The settings of the filter: those of every study, with defaults of its own, and what else it needs. */
export const settings = {
  ...coreSettings,
  data: { ...coreSettings.data, about: 'folder of class folders, with or without train/, valid/ and test/' },
  imageSize: { ...coreSettings.imageSize, initial: 64, about: 'side of the square that a CNN sees' },
  epochs: { ...coreSettings.epochs, initial: 20 },
  rotation: { ...coreSettings.rotation, initial: 0 },
  shift: { ...coreSettings.shift, initial: 0 },
  shear: { ...coreSettings.shear, initial: 0.2 },
  zoom: { ...coreSettings.zoom, initial: 0.2 },
  positive: text(null, 'class X to look for, against all others (see notebook 1)', { placeholder: 'NAME' }),
  transferSize: whole(224, [32, 512], 'side of the square that the backbone sees'),
  missCost: number(5, [0.01, 1000], 'what a miss costs, in false alarms'),
  outside: place(null, 'DIR', 'folder of look-alikes from outside the data', 'NO_DATA_FOLDER'),
};

/** The values of the filter's settings. */
export type Config = Values<typeof settings>;
