import path from 'node:path';
import { ReportError } from './errors';
import { projectRoot } from './files';

/** Every tunable of the report. `defaults` below holds each one's default with its unit and reason. */
export interface Config {
  data: string | null;
  work: string;
  reports: string;
  weights: string | null;
  seed: number;
  sampleGames: number;
  imageSize: number;
  alpha: number;
  background: string;
  maxPrice: number;
  outlierRule: 'fixed' | 'data-driven';
  target: 'auto' | 'log1p' | 'standardized' | 'hurdle';
  testShare: number;
  validationShare: number;
  variants: number;
  rotation: number;
  shift: number;
  shear: number;
  zoom: number;
  horizontalFlip: boolean;
  epochs: number;
  patience: number;
  batchSize: number;
  learningRate: number;
  schedule: 'constant' | 'cosine' | 'plateau';
  l2: number;
  dropout1: number;
  dropout2: number;
  fineTuneBlocks: number;
  searchTrials: number;
  gradCamLayer: string;
  processes: number;
  tensorboard: string | null;
  thorough: boolean;
}

/** The defaults. A setting from the environment overrides each: `REPORT_IMAGE_SIZE=224` for `imageSize`, and so on. */
export function defaults(root: string): Config {
  return {
    data: null, // folder with games.csv and screenshots/; null: the generated sample
    work: path.join(root, 'data'), // where the stages leave their results
    reports: path.join(root, 'reports'), // where results.json and the HTML go
    weights: null, // Keras H5 file of a MobileNetV2 without top; null: cache, download, the project's own
    seed: 42, // sample, split, augmentation, initial weights and order of training
    sampleGames: 300, // games in the generated sample
    imageSize: 96, // pixels; side of the square the network sees. Keras publishes 96, 128, 160, 192, 224
    alpha: 0.35, // width multiplier of MobileNetV2; the smallest one is enough for a few thousand pictures
    background: '#000000', // colour of the padding beside a picture that is not square
    maxPrice: 6000, // EUR cents; the original's limit: 99.8% of its prices lie below it
    outlierRule: 'data-driven', // which of the two rules decides; both are shown. 'fixed' is the original's and fits Steam's prices only
    target: 'auto', // what the model learns: log1p, standardized (the original's way), hurdle, or 'auto': log1p unless another does better on validation games by more than chance
    testShare: 0.2, // share of the games kept for the test, as in the original
    validationShare: 0.2, // share of the remaining games that decide when training stops
    variants: 2, // augmented copies per training image, beside the image itself; the original's single one does a little worse on validation games of the sample
    rotation: 10, // degrees to either side
    shift: 0.1, // share of width and height
    shear: 0.1, // degrees (Keras' unit), so next to nothing; kept as in the original
    zoom: 0.1, // factors from 1 − zoom to 1 + zoom, one per axis
    horizontalFlip: true, // every other picture on average
    epochs: 15, // at most; the best epoch on validation games is kept
    patience: 5, // epochs without a better validation loss before training stops
    batchSize: 32, // images a step, as in the original
    learningRate: 0.0005, // of Adam; half of Keras' default, as two copies make an epoch half as long again
    schedule: 'constant', // of the learning rate: 'cosine' with an epoch of warm-up, or halved on each 'plateau' of the validation error
    l2: 0.01, // weight of the squared kernels of both hidden dense layers, Keras' default for 'l2'
    dropout1: 0.2, // after the first dense layer; the original's 0.6 and 0.7 keep a head from learning what a few hundred games can tell
    dropout2: 0.2, // after the second
    fineTuneBlocks: 0, // last blocks of the base that learn too once the head has learnt; 0: the base stays as it is
    searchTrials: 24, // heads whose settings are drawn at random, in the search of notebook 6
    gradCamLayer: 'block_6_expand_relu', // feature map that is explained; 12×12 places at 96 px. The last one, out_relu, has 3×3, each of which has seen nearly all of the picture
    processes: 0, // that share preparing and featurising; 1: only this one; 0: one per core, where there is enough to do
    tensorboard: null, // folder for a file of events of each training, see `tensorboard --logdir`; null: none is written
    thorough: false, // also the searches, comparisons and checks that take minutes and that the report's model does without
  };
}

/** `imageSize` → `REPORT_IMAGE_SIZE`. */
export const environmentName = (setting: string): string =>
  `REPORT_${setting.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase()}`;

const choices: Partial<Record<keyof Config, readonly string[]>> = {
  outlierRule: ['fixed', 'data-driven'],
  schedule: ['constant', 'cosine', 'plateau'],
  target: ['auto', 'log1p', 'standardized', 'hurdle'],
};

/** Pattern of each setting that is not free text, and what the reader is told about it. */
const patterns: Partial<Record<keyof Config, [pattern: RegExp, expected: string]>> = {
  background: [/^#[0-9a-f]{6}$/i, 'a colour such as #000000'],
};

/** Smallest and largest value of each number; whole numbers are marked. */
const ranges: Partial<Record<keyof Config, [low: number, high: number, whole?: 'whole']>> = {
  seed: [0, 2 ** 31 - 1, 'whole'],
  sampleGames: [10, 100_000, 'whole'],
  imageSize: [32, 512, 'whole'],
  alpha: [0.35, 1.4],
  maxPrice: [1, 1e9],
  testShare: [0.01, 0.9],
  validationShare: [0.01, 0.9],
  variants: [0, 32, 'whole'],
  rotation: [0, 180],
  shift: [0, 1],
  shear: [0, 89],
  zoom: [0, 0.99],
  epochs: [1, 10_000, 'whole'],
  patience: [1, 10_000, 'whole'],
  batchSize: [1, 65_536, 'whole'],
  learningRate: [1e-9, 10],
  l2: [0, 100],
  dropout1: [0, 0.99],
  dropout2: [0, 0.99],
  fineTuneBlocks: [0, 17, 'whole'],
  searchTrials: [1, 10_000, 'whole'],
  processes: [0, 1024, 'whole'],
};

/**
 * The configuration of this run: the defaults, overridden by `REPORT_*` variables of `env`. Relative paths count from the folder
 * of the project. Throws `BAD_SETTING` with the variable's name when a value does not fit.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env, root = projectRoot()): Config {
  const base = defaults(root);
  const entries = Object.entries(base).map(([name, fallback]) => {
    const text = env[environmentName(name)];
    return [
      name,
      text === undefined || text === '' ? fallback : parseSetting(name as keyof Config, text, fallback),
    ];
  });
  const config = Object.fromEntries(entries) as Config; // same keys as `base`, each value parsed to its type
  for (const name of ['data', 'work', 'reports', 'weights', 'tensorboard'] as const) {
    const value = config[name];
    if (value !== null) config[name] = path.resolve(root, value);
  }
  return config;
}

/** `a, b or c` */
const oneOf = (words: readonly string[]): string => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

function parseSetting(
  name: keyof Config,
  text: string,
  fallback: Config[keyof Config],
): Config[keyof Config] {
  const fail = (expected: string): never => {
    throw new ReportError(
      'BAD_SETTING',
      `${environmentName(name)} is "${text}", expected ${expected}: correct or unset it.`,
    );
  };
  const allowed = choices[name];
  if (allowed) return allowed.includes(text) ? text : fail(oneOf(allowed));
  const [pattern, expected] = patterns[name] ?? [];
  if (pattern && !pattern.test(text)) return fail(expected ?? `text like ${pattern}`);
  if (typeof fallback === 'boolean') return text === 'true' || (text !== 'false' && fail('true or false'));
  if (typeof fallback !== 'number') return text;
  const [low, high, whole] = ranges[name] ?? [-Infinity, Infinity];
  const value = text.trim() === '' ? Number.NaN : Number(text); // Number(' ') is 0
  const fits = value >= low && value <= high && (!whole || Number.isInteger(value));
  return fits ? value : fail(`a ${whole ?? ''} number from ${low} to ${high}`.replace('  ', ' '));
}
