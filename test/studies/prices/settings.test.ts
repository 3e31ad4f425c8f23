import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ReportError } from '../../../lib/core/errors';
import { environmentName } from '../../../lib/core/settings';
import { type Config, defaults, loadConfig } from '../../../lib/studies/prices/settings';

const root = '/somewhere/project';

/** The one of two choices that is not the default. */
const otherRule = defaults(root).outlierRule === 'fixed' ? 'data-driven' : 'fixed';
const otherTarget = defaults(root).target === 'log1p' ? 'standardized' : 'log1p';

/** For each setting: its variable as the README writes it, a value that is not its default, and what that is read as. */
const overrides: { [Name in keyof Config]: [variable: string, text: string, value: Config[Name]] } = {
  data: ['REPORT_DATA', '/games', '/games'],
  work: ['REPORT_WORK', '/scratch', '/scratch/prices'],
  reports: ['REPORT_REPORTS', '/pages', '/pages/prices'],
  run: ['REPORT_RUN', 'mine', 'mine'],
  weights: ['REPORT_WEIGHTS', '/weights.h5', '/weights.h5'],
  backbone: ['REPORT_BACKBONE', 'resnet50', 'resnet50'],
  seed: ['REPORT_SEED', '7', 7],
  priceUnit: ['REPORT_PRICE_UNIT', 'euros', 'euros'],
  currency: ['REPORT_CURRENCY', 'USD', 'USD'],
  id: ['REPORT_ID', 'house', 'house'],
  price: ['REPORT_PRICE', 'sold_for', 'sold_for'],
  pictures: ['REPORT_PICTURES', '{id}_*.jpg', '{id}_*.jpg'],
  pictureSize: ['REPORT_PICTURE_SIZE', 'full', 'full'],
  sampleGames: ['REPORT_SAMPLE_GAMES', '40', 40],
  imageSize: ['REPORT_IMAGE_SIZE', '224', 224],
  alpha: ['REPORT_ALPHA', '1.0', 1],
  background: ['REPORT_BACKGROUND', '#FFffFF', '#FFffFF'],
  maxPrice: ['REPORT_MAX_PRICE', '5999.5', 5999.5],
  outlierRule: ['REPORT_OUTLIER_RULE', otherRule, otherRule],
  target: ['REPORT_TARGET', otherTarget, otherTarget],
  testShare: ['REPORT_TEST_SHARE', '0.5', 0.5],
  validationShare: ['REPORT_VALIDATION_SHARE', '.25', 0.25],
  variants: ['REPORT_VARIANTS', '0', 0],
  rotation: ['REPORT_ROTATION', '0', 0],
  shift: ['REPORT_SHIFT', '0.2', 0.2],
  shear: ['REPORT_SHEAR', '12', 12],
  zoom: ['REPORT_ZOOM', '0', 0],
  horizontalFlip: ['REPORT_HORIZONTAL_FLIP', 'false', false],
  epochs: ['REPORT_EPOCHS', '3', 3],
  patience: ['REPORT_PATIENCE', '1', 1],
  batchSize: ['REPORT_BATCH_SIZE', '128', 128],
  learningRate: ['REPORT_LEARNING_RATE', '1e-4', 1e-4],
  schedule: ['REPORT_SCHEDULE', 'cosine', 'cosine'],
  l2: ['REPORT_L2', '0', 0],
  dropout1: ['REPORT_DROPOUT1', '0', 0],
  dropout2: ['REPORT_DROPOUT2', '0.99', 0.99],
  fineTuneBlocks: ['REPORT_FINE_TUNE_BLOCKS', '3', 3],
  searchTrials: ['REPORT_SEARCH_TRIALS', '8', 8],
  gradCamLayer: ['REPORT_GRAD_CAM_LAYER', 'block_16_project', 'block_16_project'],
  processes: ['REPORT_PROCESSES', '3', 3],
  thorough: ['REPORT_THOROUGH', 'true', true],
};
const names = Object.keys(overrides) as (keyof Config)[];

/** Values that do not fit; the settings left out take any text. */
const wrong: Partial<Record<keyof Config, string[]>> = {
  seed: ['-1', '1.5', '2147483648', 'abc', ' '],
  priceUnit: ['dollars', 'Cents'],
  pictures: ['*.jpg'],
  currency: ['usd', '$', 'EURO'],
  pictureSize: ['600x338'],
  sampleGames: ['9', '100001', '12.5'],
  imageSize: ['31', '513', '96.5', '96px', 'NaN'],
  alpha: ['0.3', '1.5', 'one'],
  background: ['black', '#000', '000000', '#00000g', '#0000000', ' '],
  maxPrice: ['0', '-5', 'Infinity', '60 €'],
  outlierRule: ['iqr', 'Fixed', ' '],
  schedule: ['step', 'Cosine'],
  target: ['log', 'log1p '],
  testShare: ['0', '1', '-0.2'],
  validationShare: ['0', '0.95', '20%'],
  variants: ['-1', '33', '1.5'],
  fineTuneBlocks: ['-1', '18', '1.5'],
  searchTrials: ['0', '2.5'],
  rotation: ['-1', '181'],
  shift: ['-0.1', '1.1'],
  shear: ['-1', '90'],
  zoom: ['-0.1', '1'],
  horizontalFlip: ['yes', '1', 'TRUE', ' '],
  epochs: ['0', '10001', '2.5'],
  patience: ['0', 'none'],
  batchSize: ['0', '65537', '\t'],
  learningRate: ['0', '11', '1e-10'],
  l2: ['-0.1', '101', '\n'],
  dropout1: ['1', '-0.1'],
  dropout2: ['1', '0,5'],
  thorough: ['yes', '1', 'TRUE'],
};

const failure = (variable: string, text: string): ReportError => {
  try {
    loadConfig({ [variable]: text }, root);
  } catch (error) {
    if (error instanceof ReportError) return error;
    throw error;
  }
  throw new Error(`${variable}=${JSON.stringify(text)} was taken`);
};

describe('loadConfig', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('gives the defaults when no variable is set, or is set to nothing', () => {
    expect(loadConfig({}, root)).toEqual(defaults(root));
    const nothing = Object.fromEntries(names.map((name) => [environmentName(name), '']));
    expect(loadConfig(nothing, root)).toEqual(defaults(root));
  });

  it('has a default that its own rules accept for every setting', () => {
    const places = ['work', 'reports']; // the study's own folder is added to them
    const env = Object.entries(defaults(root)).filter(
      ([name, value]) => value !== null && !places.includes(name),
    );
    const written = Object.fromEntries(env.map(([name, value]) => [environmentName(name), String(value)]));
    expect(loadConfig(written, root)).toEqual(defaults(root));
  });

  it('puts what the stages and the report leave inside the project', () => {
    expect(defaults(root)).toMatchObject({
      data: null,
      weights: null,
      work: `${root}/data/prices`,
      reports: `${root}/reports/prices`,
    });
  });

  it.each(names)('takes %s from the environment, and that alone', (name) => {
    const [variable, text, value] = overrides[name];
    expect(environmentName(name)).toBe(variable);
    expect(defaults(root)[name]).not.toEqual(value);
    const folder = name === 'run' ? { reports: `${defaults(root).reports}/mine` } : {};
    expect(loadConfig({ [variable]: text }, root)).toEqual({ ...defaults(root), ...folder, [name]: value });
  });

  it('knows every setting that these tests know, and no other', () => {
    expect([...names].sort()).toEqual(Object.keys(defaults(root)).sort());
  });

  it.each(
    Object.entries(wrong).flatMap(([name, texts]) => texts.map((text) => [environmentName(name), text])),
  )('refuses %s=%j, and names the variable, the value and what is expected', (variable, text) => {
    const error = failure(variable!, text!);
    expect(error.code).toBe('BAD_SETTING');
    expect(error.message.startsWith(`${variable} is "${text}", expected `)).toBe(true);
    expect(error.message).toMatch(/correct or unset it\.$/);
  });

  it('says what a value may be', () => {
    const message = (variable: string, text: string) => failure(variable, text).message;
    expect(message('REPORT_EPOCHS', '0')).toContain('a whole number from 1 to 10000:');
    expect(message('REPORT_DROPOUT1', '1')).toContain('a number from 0 to 0.99:');
    expect(message('REPORT_TARGET', 'x')).toContain('auto, log1p, standardized or hurdle:');
    expect(message('REPORT_OUTLIER_RULE', 'x')).toContain('expected fixed or data-driven:');
    expect(message('REPORT_HORIZONTAL_FLIP', 'x')).toContain('true or false:');
  });

  it('counts relative paths from the folder of the project, wherever it was started', () => {
    const env = {
      REPORT_DATA: 'data/raw/steam',
      REPORT_WORK: '../work',
      REPORT_REPORTS: './out',
      REPORT_WEIGHTS: 'base.h5',
    };
    expect(loadConfig(env, root)).toMatchObject({
      data: `${root}/data/raw/steam`,
      work: '/somewhere/work/prices',
      reports: `${root}/out/prices`,
      weights: `${root}/base.h5`,
    });
  });

  it('reads the environment of the process and finds the project by itself', () => {
    vi.stubEnv('REPORT_SEED', '99');
    vi.stubEnv('REPORT_DATA', 'games');
    vi.stubEnv('REPORT_ROOT', '');
    expect(loadConfig()).toMatchObject({
      seed: 99,
      data: path.resolve(__dirname, '..', '..', '..', 'games'),
    });
  });

  it('gives whole paths when the folder of the project is named by a relative one', () => {
    vi.stubEnv('REPORT_ROOT', 'test');
    expect(loadConfig({}).work).toBe(path.join(process.cwd(), 'test', 'data', 'prices'));
  });
});
