import { coreSettings, text, type Values, whole } from '../../core/settings';

/** The settings of the genres: those of every study, with defaults of its own, and what else it needs. */
export const settings = {
  ...coreSettings,
  data: {
    ...coreSettings.data,
    about: 'folder with labels.csv (file, class, perhaps title), or of class folders',
  },
  imageSize: {
    ...coreSettings.imageSize,
    initial: 224,
    about: `${coreSettings.imageSize.about}. 288 told some 3 more of 100 box covers, in nearly twice the time`,
  },
  epochs: { ...coreSettings.epochs, initial: 60 },
  tuneSize: whole(
    96,
    [32, 512],
    'side of the square that fine-tuned stages see. Smaller than imageSize, as each epoch sees all covers',
  ),
  tuneEpochs: whole(6, [1, 1000], 'epochs of fine-tuning at most'),
  title: text(
    null,
    'column of labels.csv with what a cover is of, or several joined by +. Without one: title',
    {
      placeholder: 'COLUMN',
    },
  ),
  priority: text(
    'fighting, indie, platform, puzzle, sport',
    'of several genres a cover counts as the first in this order. Others come after these, by name',
  ),
};

/** The values of the settings of the genres. */
export type Config = Values<typeof settings>;
