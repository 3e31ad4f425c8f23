import type { Run as CoreRun } from '../../core/run';
import { choice, coreSettings, number, readSettings, text, type Values, whole } from '../../core/settings';
import type { BaseWeights } from '../../networks/backbone';

export const settings = {
  ...coreSettings,
  data: {
    ...coreSettings.data,
    about: 'folder with games.csv and screenshots/. Without one, a generated sample',
  },
  weights: {
    ...coreSettings.weights,
    about:
      'file of any backbone, of Keras (.h5) or torch (.pth). Without one: the cache, a download, or the base of our own',
  },
  backbone: { ...coreSettings.backbone, initial: 'mobilenetv2' as const },
  imageSize: {
    ...coreSettings.imageSize,
    about:
      'side of the square that the network sees, in pixels. Keras publishes weights for 96, 128, 160, 192 and 224',
  },
  priceUnit: choice(
    'auto',
    ['auto', 'cents', 'euros'],
    'in what the prices of games.csv are: hundredths, or whole amounts of whatever currency. auto reads it off the column, says what it found, and refuses where it cannot tell',
  ),
  currency: text(null, 'currency of the prices. Without one: that of about.json, of the table, or EUR', {
    pattern: /^[A-Z]{3}$/,
    expected: 'a code such as EUR or USD',
    placeholder: 'CODE',
  }),
  id: text(
    null,
    'column of games.csv that ties its rows to pictures, with ids of any kind. Without one: appid',
    {
      placeholder: 'COLUMN',
    },
  ),
  price: text(null, 'column of games.csv with the price. Without one: price', { placeholder: 'COLUMN' }),
  pictures: text(
    null,
    "where a row's pictures are, such as 'photos/{id}_*.jpg'; * stands for any part of a name, ** also of folders. Without it: screenshots/{id}/*",
    { placeholder: 'PATTERN', pattern: /\{id\}/, expected: 'a pattern with {id} in it' },
  ),
  pictureSize: choice(
    'thumbnail',
    ['thumbnail', 'full'],
    'which picture is taken where the table lists one in two sizes, and both are there. The network sees less than a thumbnail shows',
  ),
  sampleGames: whole(300, [10, 100_000], 'games in the generated sample'),
  alpha: number(
    0.35,
    [0.35, 1.4],
    'width multiplier of MobileNetV2. The smallest one is enough for a few thousand pictures',
  ),
  maxPrice: number(
    6000,
    [1, 1e9],
    "largest price of the fixed outlier rule, in cents. The original's limit: 99.8% of its prices lie below it",
  ),
  outlierRule: choice(
    'data-driven',
    ['fixed', 'data-driven'],
    "which of the two rules decides; both are shown. The fixed one is the original's and fits Steam's prices only",
  ),
  target: choice(
    'log1p',
    ['auto', 'log1p', 'standardized', 'hurdle'],
    'what the model learns: log1p, standardized (the original’s) or hurdle (free or paid, and the log price); auto trains all three, and takes another than log1p if it does better on validation games by more than chance',
  ),
  variants: whole(
    2,
    [0, 32],
    'augmented copies per training picture. The single one of the original does a little worse on validation games',
  ),
  shear: {
    ...coreSettings.shear,
    about: 'augmentation: degrees, as in Keras. As in the original, although it is next to nothing',
  },
  learningRate: {
    ...coreSettings.learningRate,
    initial: 0.0005,
    about: "learning rate of Adam. Half of Keras' default, as two copies make an epoch half as long again",
  },
  l2: number(
    0.01,
    [0, 100],
    "weight of the squared kernels of both hidden dense layers. Keras' default for l2",
  ),
  dropout1: number(
    0.2,
    [0, 0.99],
    "dropout after the first dense layer. With the original's 0.6 and 0.7 a head cannot learn what a few hundred games tell",
  ),
  dropout2: number(0.2, [0, 0.99], 'dropout after the second dense layer'),
  fineTuneBlocks: whole(
    0,
    [0, 17],
    'last blocks of the base that learn too once the head has learnt, used if validation games gain; 0: the base stays as it is',
  ),
  searchTrials: whole(24, [1, 10_000], 'heads that the search of notebook 6 tries'),
  gradCamLayer: text(
    null,
    'feature map that is explained. Without one, that with 12×12 places at 96 px; the last one has 3×3, each of which has seen nearly all of the picture',
    { placeholder: 'LAYER' },
  ),
};

/** The settings that say how a data set is to be read, for every command that reads one. */
export const dataSettings = [
  'data',
  'priceUnit',
  'currency',
  'id',
  'price',
  'pictures',
  'pictureSize',
] as const;

export type Config = Values<typeof settings>;

export interface Run extends CoreRun<Config> {
  weights?: BaseWeights;
}

/** The settings of this run, from the environment. Throws `BAD_SETTING`. */
export const loadConfig = (env?: NodeJS.ProcessEnv, root?: string): Config =>
  readSettings('prices', settings, env, root);

/** The settings of a run for which nothing is set. */
export const defaults = (root: string): Config => loadConfig({}, root);
