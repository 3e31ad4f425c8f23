import { coreSettings, number, place, text, type Values, whole } from '../../core/settings';

/** The settings of the filter: those of every study, with defaults of its own, and what else it needs. */
export const settings = {
  ...coreSettings,
  data: { ...coreSettings.data, about: 'folder of class folders, with or without train/, valid/ and test/' },
  imageSize: {
    ...coreSettings.imageSize,
    initial: 64,
    about: 'side of the square that a CNN sees, in pixels',
  },
  epochs: { ...coreSettings.epochs, initial: 20 },
  rotation: { ...coreSettings.rotation, initial: 0 },
  shift: { ...coreSettings.shift, initial: 0 },
  shear: { ...coreSettings.shear, initial: 0.2 },
  zoom: { ...coreSettings.zoom, initial: 0.2 },
  positive: text(
    null,
    'name of the class X that the filter looks for; all others together are the negative one. Without it, see notebook 1',
    { placeholder: 'NAME' },
  ),
  transferSize: whole(
    224,
    [32, 512],
    'side of the square that the backbone of transfer learning sees, in pixels',
  ),
  missCost: number(
    5,
    [0.01, 1000],
    'what a miss costs, in false alarms. A picture that should have been hidden is the worse mistake',
  ),
  outside: place(
    null,
    'DIR',
    'folder of pictures from outside the data, such as look-alikes, to be shown with what the filter says of them',
    'NO_DATA_FOLDER',
  ),
};

/** The values of the filter's settings. */
export type Config = Values<typeof settings>;

/** Pictures that the original had in its parts. */
export const originalParts = { training: 37_661, validation: 7_617, test: 1_774 };
