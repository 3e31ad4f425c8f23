import type { Headline } from '../../lib/metrics/headline';
import type { Interval } from '../../lib/metrics/intervals';
import type { DataRecord } from '../../lib/studies/prices/report/dataCard';
import type { ModelRecord } from '../../lib/studies/prices/report/modelCard';
import { cents } from '../../lib/studies/prices/units';

/** Records of cards with every figure different, so that one in the place of another shows. */
export const dataRecord: DataRecord = {
  name: 'steam_2024 | <games>',
  generated: false,
  origin: 'Collected from the shop in May.',
  licence: null,
  rows: {
    read: 14_687,
    used: 14_601,
    dropped: [
      { reason: 'missing-price', count: 61, examples: 'line 12: appid "10", price ""' },
      { reason: 'duplicate-appid', count: 25, examples: 'line 99: appid "20", price "499"' },
    ],
  },
  games: { withPictures: 14_377, withoutPictures: 224, foldersWithoutGame: 17 },
  pictures: { used: 128_233, unreadable: 41, size: 96 },
  prices: {
    count: 14_352,
    mean: 812.4,
    median: 499.5,
    deviation: 933.1,
    sampleDeviation: 933.2,
    min: 2,
    max: 5999,
    q1: 199,
    q3: 999,
    freeShare: 0.123,
  },
  outliers: {
    rule: { kind: 'data-driven', maxPrice: cents(11_234), why: "Tukey's far-out fence." },
    removed: 26,
  },
  split: {
    training: { games: 9185, pictures: 82_001 },
    validation: { games: 2296, pictures: 20_513 },
    test: { games: 2871, pictures: 25_719 },
  },
  seed: 7,
  leaks: { games: 0, identical: 13, withheld: 19, nearIdentical: 5 },
};

const nothing = {
  origin: null,
  licence: null,
  rows: null,
  games: null,
  pictures: null,
  prices: null,
  outliers: null,
  split: null,
  seed: null,
  leaks: null,
};

/** A record that knows nothing but a name. */
export const emptyDataRecord: DataRecord = { name: 'generated sample', generated: true, ...nothing };

let last = 100;
const interval = (scale: number): Interval => {
  last += 7;
  const estimate = last * scale;
  return { estimate, low: 0.9 * estimate, high: 1.15 * estimate, confidence: 0.95, resamples: 2000 };
};
const drawnHeadline = (): Headline => ({
  mse: interval(1000),
  mae: interval(3),
  rmse: interval(5),
  medianAe: interval(2),
  r2: interval(0.001),
  r2Log: interval(0.002),
  spearman: interval(0.0025),
  within25: interval(0.0015),
  within50: interval(0.0022),
});

export const modelRecord: ModelRecord = {
  data: 'steam_2024',
  generated: false,
  base: {
    name: 'MobileNetV2',
    alpha: 0.35,
    imageSize: 96,
    weights: 'ImageNet',
    source: 'cache',
    sha256: '0123456789abcdef'.repeat(4),
  },
  target: 'log1p',
  head: { layers: ['Conv2D 64', 'Dense 128', 'Dense 1'], parameters: 754_305 },
  settings: { optimizer: 'Adam', learningRate: 0.001, batchSize: 64 },
  training: { games: 9185, pictures: 164_002, epochs: 12, bestEpoch: 8, seconds: 321 },
  headline: { game: drawnHeadline(), image: drawnHeadline(), games: 2871, pictures: 25_719 },
  models: [
    { name: 'median of the training prices', headline: drawnHeadline(), versusMedian: null },
    {
      name: 'this model',
      headline: drawnHeadline(),
      versusMedian: { difference: drawnHeadline(), maeRatio: interval(0.004) },
    },
  ],
  bands: [
    { low: cents(0), high: cents(199), games: 1437, mae: 312, bias: 207 },
    { low: cents(200), high: cents(5999), games: 1434, mae: 655, bias: -301 },
  ],
  intervals: {
    calibration: { confidence: 0.9, count: 2296, reach: { below: 1.2, above: 0.8 }, warning: null },
    coverage: {
      successes: 2600,
      count: 2871,
      share: 2600 / 2871,
      low: 0.8943,
      high: 0.9161,
      confidence: 0.95,
    },
  },
  warnings: ['One backend is slow.'],
  seed: 7,
  versions: { node: '22.1.0', tensorflow: '2.15.1' },
};

export const emptyModelRecord: ModelRecord = {
  data: 'generated sample',
  generated: true,
  base: null,
  target: null,
  head: null,
  settings: null,
  training: null,
  headline: null,
  models: null,
  bands: null,
  intervals: null,
  warnings: null,
  seed: null,
  versions: null,
};
