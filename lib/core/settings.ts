import path from 'node:path';
import { type ErrorCode, ReportError } from './errors';
import { projectRoot } from './files';

/** One setting: its default, how a text becomes its value, and what it is good for. */
export interface Setting<T> {
  initial: T;
  /** What it is, with its unit; after the first full stop, why the default is what it is. */
  about: string;
  /** What stands for a value in a command's help: `N`, `DIR`, … */
  placeholder: string;
  /** Which texts fit, as a message says it: `a whole number from 1 to 100`. */
  expected: string;
  /** The value that a text stands for, or undefined where it does not fit. */
  parse(text: string): T | undefined;
  /** A path: a relative one counts from the project's folder in the environment, from the current one on the command line. */
  path?: boolean;
  /** The error when the folder or file is not there; a path without it need not exist. */
  missing?: ErrorCode;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The values of a table of settings, by the same names. */
export type Values<S extends Settings> = { [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never };

/** A number from `low` to `high`. */
export function number(
  initial: number,
  [low, high]: readonly [number, number],
  about: string,
): Setting<number> {
  const parse = (text: string): number | undefined => {
    const value = text.trim() === '' ? Number.NaN : Number(text); // Number(' ') is 0
    return value >= low && value <= high ? value : undefined;
  };
  return { initial, about, placeholder: 'X', expected: `a number from ${low} to ${high}`, parse };
}

/** A whole number from `low` to `high`. */
export function whole(initial: number, range: readonly [number, number], about: string): Setting<number> {
  const any = number(initial, range, about);
  const parse = (text: string): number | undefined => {
    const value = any.parse(text);
    return value !== undefined && Number.isInteger(value) ? value : undefined;
  };
  return { ...any, placeholder: 'N', expected: any.expected.replace('a number', 'a whole number'), parse };
}

/** True or false. */
export const flag = (initial: boolean, about: string): Setting<boolean> => ({
  initial,
  about,
  placeholder: 'true|false',
  expected: 'true or false',
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
});

/** One of some words. */
export const choice = <const T extends readonly string[]>(
  initial: T[number],
  words: T,
  about: string,
): Setting<T[number]> => ({
  initial,
  about,
  placeholder: 'NAME',
  expected: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
  parse: (text) => words.find((word) => word === text),
});

/** Any text, or one that `pattern` fits. */
export const text = <T extends string | null>(
  initial: T,
  about: string,
  { pattern = /^/, expected = 'a text', placeholder = 'TEXT' } = {},
): Setting<string | T> => ({
  initial,
  about,
  placeholder,
  expected,
  parse: (given) => (pattern.test(given) ? given : undefined),
});

/** A folder (`DIR`) or a file. */
export const place = <T extends string | null>(
  initial: T,
  placeholder: 'DIR' | 'FILE',
  about: string,
  missing?: ErrorCode,
): Setting<string | T> => ({ ...text(initial, about, { placeholder }), path: true, missing });

/** The networks that a backbone can be. */
export const backboneNames = ['efficientnet-lite0', 'mobilenetv2', 'resnet50', 'efficientnetv2-s'] as const;

/** The settings that every study has. A study's own table adds to them, and may give another default. */
export const coreSettings = {
  data: place(null, 'DIR', 'folder of the data set. Without one, pictures of our own', 'NO_DATA_FOLDER'),
  work: place('data', 'DIR', 'folder where the stages leave their results, in one folder for each study'),
  reports: place('reports', 'DIR', 'folder for the pages and results.json, in one folder for each study'),
  run: text('', 'name of the run. Without one, by its data and settings', {
    pattern: /^[\w-]*$/,
    expected: 'letters, digits, _ and -',
    placeholder: 'NAME',
  }),
  weights: place(null, 'FILE', 'weights of the base. Without one: a download, or our own', 'BAD_WEIGHTS'),
  backbone: choice(
    'efficientnet-lite0',
    backboneNames,
    'network whose features are learnt from, where no weights are given, which say it themselves',
  ),
  seed: whole(42, [0, 2 ** 31 - 1], 'seed of everything drawn at random'),
  imageSize: whole(96, [32, 512], 'side of the square that the network sees, in pixels'),
  background: text('#000000', 'colour of the padding beside a picture that is not square', {
    pattern: /^#[0-9a-f]{6}$/i,
    expected: 'a colour such as #000000',
    placeholder: 'COLOUR',
  }),
  testShare: number(0.2, [0.01, 0.9], 'share of the items that are for the test'),
  validationShare: number(0.2, [0.01, 0.9], 'share of the other items that decide when training stops'),
  rotation: number(10, [0, 180], 'augmentation: degrees to either side'),
  shift: number(0.1, [0, 1], 'augmentation: share of width and height'),
  shear: number(0.1, [0, 89], 'augmentation: degrees, as in Keras'),
  zoom: number(0.1, [0, 0.99], 'augmentation: factors from 1 − zoom to 1 + zoom, one per axis'),
  horizontalFlip: flag(true, 'augmentation: every other picture is mirrored, on average'),
  epochs: whole(15, [1, 10_000], 'epochs at most. The best on validation items is taken'),
  patience: whole(5, [1, 10_000], 'epochs without a better validation figure before training stops'),
  batchSize: whole(32, [1, 65_536], 'pictures a step'),
  learningRate: number(0.001, [1e-9, 10], "learning rate of Adam. Keras' default"),
  schedule: choice(
    'constant',
    ['constant', 'cosine', 'plateau'],
    'of the learning rate: cosine begins with an epoch of warm-up, plateau halves it when the validation figure stays',
  ),
  processes: whole(0, [0, 1024], 'processes that share the work; 1: this one only; 0: one per core at most'),
  thorough: flag(false, 'also searches, comparisons and checks that take minutes. The model needs none'),
};

/** The values of the settings that every study has. */
export type Config = Values<typeof coreSettings>;

/** Settings that change no figure, only where things lie, who makes them, and which figures there are beside those of every run. */
export const changesNoFigure: readonly string[] = ['work', 'reports', 'run', 'processes', 'thorough'];

/** `imageSize` → `REPORT_IMAGE_SIZE`. */
export const environmentName = (setting: string): string =>
  `REPORT_${setting.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase()}`;

/** The value that `given` stands for. Throws `BAD_SETTING` under the name by which it was given, with `otherwise` as what else to do. */
export function parseSetting<T>(setting: Setting<T>, given: string, name: string, otherwise: string): T {
  const value = setting.parse(given);
  if (value !== undefined) return value;
  const advice = `expected ${setting.expected}: correct or ${otherwise}`;
  throw new ReportError('BAD_SETTING', `${name} is "${given}", ${advice}.`);
}

/** The values of a study's settings: their defaults, overridden by the `REPORT_*` variables of `env`. Throws `BAD_SETTING` with the variable's name. */
export function readSettings<S extends typeof coreSettings>(
  study: string,
  settings: S,
  env: NodeJS.ProcessEnv = process.env,
  root = projectRoot(),
): Values<S> {
  const entries = Object.entries<Setting<unknown>>(settings).map(([name, setting]) => {
    const variable = environmentName(name);
    const given = env[variable];
    const value = given ? parseSetting(setting, given, variable, 'unset it') : setting.initial;
    return [name, setting.path && typeof value === 'string' ? path.resolve(root, value) : value];
  });
  const values = Object.fromEntries(entries) as Values<S>; // same names, each value parsed by its own setting
  const own = (name: 'work' | 'reports'): string => path.join(String(values[name]), study);
  return { ...values, work: own('work'), reports: path.join(own('reports'), String(values.run)) };
}

/** The folder of the study in which the runs have theirs. */
export const studyFolder = ({ reports, run }: Pick<Config, 'reports' | 'run'>): string =>
  run === '' ? reports : path.dirname(reports);

/** The variables from which `readSettings` reads these values again, in this process or another. */
export function asEnvironment(config: Config): Record<string, string> {
  const parents = { work: path.dirname(config.work), reports: path.dirname(studyFolder(config)) };
  const entries = Object.entries({ ...config, ...parents });
  return Object.fromEntries(entries.map(([name, value]) => [environmentName(name), String(value ?? '')]));
}
