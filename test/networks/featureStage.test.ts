import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietRun } from '../../lib/core/run';
import { augment } from '../../lib/images/copies';
import { withKeys } from '../../lib/images/pictureKey';
import { fillStore, type ImageStore, openStore } from '../../lib/images/store';
import { type BaseWeights, shapeOf } from '../../lib/networks/backbone';
import { openBackbone } from '../../lib/networks/backbones';
import {
  computeFeatures,
  type FeatureRow,
  featureRows,
  pictureFeatures,
  shownPixels,
} from '../../lib/networks/featureStage';
import { createExtractor } from '../../lib/networks/features';
import { layerBefore } from '../../lib/networks/mobilenetV2';
import { defaults, type Run } from '../../lib/studies/prices/settings';
import { type AppId, parseAppId } from '../../lib/studies/prices/units';
import { withCode } from '../data/close';
import { picture, wavePixels } from '../images/pictures';
import { watched, withoutNetwork } from '../studies/prices/tinyData';
import { sharedFolder } from '../temporary';
import { largestDifference } from './weightFiles';

const root = sharedFolder();
withoutNetwork(root);
const runWith = (changes: Partial<Run['config']> = {}): Run =>
  quietRun({ ...defaults(root), imageSize: 64, ...changes });

let images: ImageStore;
let weights: BaseWeights;
beforeAll(async () => {
  const screenshots = Array.from({ length: 8 }, (_, i) => ({ id: id(i + 1), file: `${i}.png` }));
  await mkdir(path.join(root, 'data'));
  for (const [i, { file }] of screenshots.entries()) {
    await picture(wavePixels(80, 60, i), 80, 60).toFile(path.join(root, 'data', file));
  }
  const folder = path.join(root, 'store');
  const dataFolder = path.join(root, 'data');
  const wanted = await withKeys(dataFolder, screenshots);
  const settings = { size: 64, background: '#000000', decoder: 'sharp' } as const;
  await fillStore(folder, wanted, { dataFolder, settings });
  images = openStore(folder, 64, wanted);
  weights = await openBackbone(runWith());
});
afterAll(() => images.close());

const id = (number: number): AppId => parseAppId(String(number))!; // from 1
const row = (image: number, variant = 0): FeatureRow => ({ image, variant, part: 'training' });

describe('the weights of the base', () => {
  it("are the project's own, with a warning, where nothing can be downloaded", () => {
    expect(weights).toMatchObject({ source: 'own', architecture: 'MobileNetV2, alpha 0.35' });
    expect(weights.warning).toContain("The base is the project's own");
  });
});

describe('the rows of the feature store', () => {
  const rows = { training: [4, 1], validation: [2], test: [0, 3] };
  const partRows = { rows, leaks: { items: [], pictures: [] }, withheld: [5] };

  it('are the pictures part by part, then each copy of all training pictures', () => {
    const told = featureRows(partRows, 2).map(({ image, variant, part }) => `${image}.${variant} ${part}`);
    expect(told).toEqual([
      '4.0 training',
      '1.0 training',
      '2.0 validation',
      '0.0 test',
      '3.0 test',
      '4.1 training',
      '1.1 training',
      '4.2 training',
      '1.2 training',
    ]);
  });

  it('have no copies when none are asked for', () => {
    expect(featureRows(partRows, 0)).toEqual(featureRows(partRows, 2).slice(0, 5));
  });
});

describe('the pixels of a row', () => {
  it("are the store's for variant 0", () => {
    const rows = [row(3), row(0), row(3)];
    expect(largestDifference(shownPixels(runWith(), images, rows), images.read([3, 0, 3]))).toBe(0);
  });

  it('are the augmented copy of the picture under its file name for any other variant', () => {
    const { config } = runWith();
    const store = images;
    const rows = [row(2, 1), row(5), row(2, 2), row(7, 1)];
    const pixels = shownPixels(runWith(), store, rows);
    const bytes = store.size ** 2 * 3;
    rows.forEach(({ image, variant }, i) => {
      const one = store.readOne(image);
      const expected =
        variant === 0
          ? one
          : augment({
              pixels: one,
              size: store.size,
              copies: [{ picture: store.index.columns.file[image]!, variant }],
              settings: config,
              seed: config.seed,
            });
      expect(largestDifference(pixels.subarray(i * bytes, (i + 1) * bytes), expected)).toBe(0);
      if (variant > 0) expect(largestDifference(expected, one)).toBeGreaterThan(0);
    });
    const [first, second] = [pixels.subarray(0, bytes), pixels.subarray(2 * bytes, 3 * bytes)];
    expect(largestDifference(first, second)).toBeGreaterThan(0); // two variants of one picture
  });
});

describe('the features', () => {
  /** Half precision has 11 significant bits, so rounding changes a value by at most 2⁻¹¹ of it; below 2⁻¹⁴ by at most 2⁻²⁵. */
  const closeTo = (found: ArrayLike<number>, exact: ArrayLike<number>): void => {
    expect(found.length).toBe(exact.length);
    for (let i = 0; i < exact.length; i++) {
      const limit = 2 ** -25 + Math.abs(exact[i]!) * 2 ** -11;
      if (!(Math.abs(found[i]! - exact[i]!) <= limit)) {
        expect.fail(`Feature ${i} is ${found[i]}, expected ${exact[i]} within ${limit}.`);
      }
    }
  };

  it('are what the extractor gives for each row alone, to half precision, and are reused', async () => {
    const run = runWith();
    const rows = [row(1), row(0), row(1, 1), row(0, 1), row(6)];
    const computed = await computeFeatures(run, images, weights, rows);
    expect(computed).toMatchObject({ reused: false, made: 5 });
    const extractor = await createExtractor(weights, run.config.imageSize);
    const { value: store } = computed;
    expect([store.count, store.shape]).toEqual([5, [2, 2, 1280]]);
    const largest = rows.map((one, i) => {
      const exact = extractor.extract(shownPixels(run, images, [one]), 1);
      closeTo(store.read([i]), exact);
      return exact.reduce((a, b) => Math.max(a, b));
    });
    expect(Math.min(...largest)).toBeGreaterThan(0.01); // features that are all 0 would agree with anything
    extractor.dispose();
    store.close();

    const again = watched(run);
    const taken = await computeFeatures(again.run, images, weights, rows);
    expect([taken.reused, taken.key, again.labels]).toEqual([true, computed.key, []]);
    taken.value.close();
  });

  it('of all pictures are rows in the order of the store', async () => {
    const run = runWith();
    const all = await pictureFeatures(run, images, weights);
    const { value, key } = await computeFeatures(run, images, weights, [row(3), row(1)]);
    expect([all.count, all.shape]).toEqual([images.count, value.shape]);
    expect(all.key).not.toBe(key); // other rows
    expect(largestDifference(all.read([3, 1]), value.read([0, 1]))).toBe(0);
    all.close();
    value.close();
  });

  it.for([
    ['the whole base', undefined],
    ['a part of it', layerBefore(3)],
  ] as const)('are the same to the last bit in this process and in two others: %s', async ([_, upTo]) => {
    const rows = Array.from({ length: 300 }, (_, i) => row(i % 8, Math.floor(i / 8))); // more than one task
    const [here, apart] = [1, 2].map((processes) =>
      runWith({ work: path.join(root, `by-${processes}`), processes }),
    );
    const [one, two] = [
      await computeFeatures(here!, images, weights, rows, upTo),
      await computeFeatures(apart!, images, weights, rows, upTo),
    ];
    expect(one.value.shape).toEqual(shapeOf(weights, here!.config.imageSize, upTo));
    const all = rows.map((_, i) => i);
    expect(largestDifference(one.value.read(all), two.value.read(all))).toBe(0);
    expect(two.key).toBe(one.key);
    for (const { value } of [one, two]) value.close();
  });

  it('are computed anew only where the picture, the copy or the weights are others', async () => {
    const work = path.join(root, 'again');
    const plain = runWith({ work, variants: 0 });
    const made = async (run: typeof plain, rows: readonly FeatureRow[], of = weights) => {
      const { made: count, reused, key, value } = await computeFeatures(run, images, of, rows);
      value.close();
      return { made: reused ? 0 : count, key };
    };
    const first = await made(plain, [row(0)]);
    expect(first.made).toBe(1);
    expect(await made(runWith({ work, variants: 0, rotation: 20 }), [row(0)])).toEqual({ ...first, made: 0 });
    const others = [
      await made(plain, [row(0), row(1)]),
      await made(plain, [row(0)], { ...weights, sha256: 'other' }),
      await made(runWith({ work }), [row(0), row(0, 1)]),
      await made(runWith({ work, rotation: 20 }), [row(0, 1)]),
    ];
    expect(others.map((other) => other.made)).toEqual([1, 1, 1, 1]);
    expect(new Set([first, ...others].map(({ key }) => key)).size).toBe(5);
    expect((await made(runWith({ work }), [row(0, 1), row(1)])).made).toBe(0); // all of it is there from before
  });

  it.each([
    [
      'kernels that are 0',
      (name: string, data: Float32Array) => (name.includes('kernel') ? data.map(() => 0) : data),
    ],
    [
      'biases that hold everything down',
      (name: string, data: Float32Array) => (name.includes('beta') ? data.map(() => -1e6) : data),
    ],
  ])('are refused where they are the same for all pictures: %s', async (what, changed) => {
    const dead = weights.arrays.map((array) => ({ ...array, data: changed(array.name, array.data) }));
    const rows = Array.from({ length: 16 }, (_, i) => row(i % 8, Math.floor(i / 8)));
    const computed = computeFeatures(
      runWith(),
      images,
      { ...weights, arrays: dead, sha256: what, name: 'dead.h5' },
      rows,
    );
    await expect(computed).rejects.toEqual(withCode('BAD_WEIGHTS'));
    await expect(computed).rejects.toThrow(/same features with the weights dead\.h5/);
  });

  it('go on where they were interrupted', async () => {
    let controller = new AbortController();
    const seen: number[] = [];
    const run = {
      ...runWith({ work: path.join(root, 'interrupted') }),
      // As a notebook's: after an interrupt it is a fresh one, which must not hide that this work was interrupted.
      get signal() {
        if (controller.signal.aborted) controller = new AbortController();
        return controller.signal;
      },
      progress: () => ({
        update: (done: number) => {
          seen.push(done);
          if (done === 4096) controller.abort();
        },
        done: () => {},
      }),
    };
    const rows = Array.from({ length: 4400 }, (_, i) => row(i % 8, Math.floor(i / 8))); // more than one segment
    await expect(computeFeatures(run, images, weights, rows)).rejects.toEqual(withCode('INTERRUPTED'));
    expect(seen.at(-1)).toBe(4096);
    const rest = await computeFeatures(runWith({ work: run.config.work }), images, weights, rows);
    expect(rest).toMatchObject({ reused: false, made: 4400 - 4096 });
    rest.value.close();
  });
});
