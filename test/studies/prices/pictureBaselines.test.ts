import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import { letterbox } from '../../../lib/images/letterbox';
import { colourHistograms } from '../../../lib/metrics/colourHistogram';
import { averageByItem, type ItemFeatures } from '../../../lib/metrics/itemFeatures';
import { gameFeatures, ridgePredictions, ridgePrices } from '../../../lib/studies/prices/pictureBaselines';
import { findSharedPictures, type PreparedData, prepareData } from '../../../lib/studies/prices/preparedData';
import { type AppId, type Cents, cents } from '../../../lib/studies/prices/units';
import { expectClose, withCode } from '../../data/close';
import { r2Log } from '../../metrics/r2Log';
import { oracleArrays, oracleJson } from '../../oracle';
import { tinyData } from './tinyData';

const tiny = tinyData();
let prepared: PreparedData;
beforeAll(async () => {
  prepared = await prepareData(tiny.run());
});
afterAll(() => prepared.close());

describe('features of games', () => {
  it('are averages over the pictures as they are, without copies', () => {
    const { rows, images, features, selection } = prepared;
    const base = gameFeatures(prepared, 'base');
    expect(base.ids).toHaveLength(selection.kept.length);
    const game = selection.split.training[0]!;
    const own = rows.flatMap(({ image, variant }, i) =>
      variant === 0 && images.index.columns.item[image] === game ? [i] : [],
    );
    const values = features.read(own);
    const first = values.filter((_, i) => i % 1280 === 0); // the first channel at every place of every picture
    const at = base.ids.indexOf(game) * 1280;
    expectClose([base.values[at]!], [first.reduce((a, b) => a + b, 0) / first.length], 1e-9);
  });

  it('are the mean colour histogram of the pictures, without the padding beside them', () => {
    const { images, parts, selection } = prepared;
    const { item: id, width, height } = images.index.columns;
    const { ids, dims, values } = gameFeatures(prepared, 'colours');
    const game = selection.split.test[0]!;
    const own = parts.rows.test.filter((row) => id[row] === game);
    const { size } = images;
    const boxes = own.map((row) => letterbox(width[row]!, height[row]!, size));
    const each = colourHistograms(images.read(own), size, boxes);
    const expected = Array.from({ length: dims }, (_, bin) =>
      own.reduce((sum, _row, i) => sum + each[i * dims + bin]! / own.length, 0),
    );
    const at = ids.indexOf(game) * dims;
    expectClose(values.subarray(at, at + dims), expected, 1e-9);
  });
});

describe('ridge regression on them', () => {
  it('predicts the games asked for, within the training prices and without knowing their own', () => {
    const { split, kept } = prepared.selection;
    const features = gameFeatures(prepared, 'base');
    const { name, predicted } = ridgePredictions('ridge', features, prepared, split.test);
    expect([name, [...predicted.keys()]]).toEqual(['ridge', [...split.test]]);
    const prices = kept.filter(({ id }) => split.training.includes(id)).map(({ price }) => price);
    for (const price of predicted.values()) {
      expect(price).toBeGreaterThanOrEqual(Math.min(...prices));
      expect(price).toBeLessThanOrEqual(Math.max(...prices));
    }
    const dearer = kept.map((game) =>
      split.test.includes(game.id) ? { ...game, price: cents(5999) } : game,
    );
    const other = { ...prepared, selection: { ...prepared.selection, kept: dearer } };
    expect(ridgePredictions('ridge', features, other, split.test).predicted).toEqual(predicted);
  });

  it('refuses a game without pictures', () => {
    const unknown = ['999999999' as (typeof prepared.selection.split.test)[number]];
    expect(() => ridgePredictions('ridge', gameFeatures(prepared, 'colours'), prepared, unknown)).toThrow(
      withCode('BAD_INPUT'),
    );
  });
});

describe('near-identical pictures of two parts', () => {
  it('are none in the sample, and those of a row that another part has too', () => {
    const { parts, images } = prepared;
    expect(findSharedPictures(images, parts)).toEqual([]);
    const [row] = parts.rows.training;
    const shared = { ...parts, rows: { ...parts.rows, test: [...parts.rows.test, row!] } };
    const file = images.index.columns.file[row!];
    expect(findSharedPictures(images, shared)).toEqual([
      {
        parts: ['training', 'test'],
        pictures: [
          expect.objectContaining({ file, part: 'training' }),
          expect.objectContaining({ file, part: 'test' }),
        ],
      },
    ]);
  });
});

describe('a ridge baseline', () => {
  const { ridge } = oracleJson<{
    ridge: { games: number[]; price: number[]; training: number; alpha: number; predicted: number[] };
  }>('evaluation');
  const rows = oracleArrays('evaluation').features!.data; // [rows, 2, 2, 6]

  const id = (number: number): AppId => String(number + 1);
  const pricesOf = (from: number, to: number): Map<AppId, Cents> =>
    new Map(ridge.price.slice(from, to).map((price, i) => [id(from + i), cents(price)]));
  const features = averageByItem(ridge.games.map(id), 6, (some) =>
    some.flatMap((row) => [...rows.subarray(row * 24, (row + 1) * 24)]),
  );
  const all = ridge.price.map((_, i) => id(i));

  const training = pricesOf(0, ridge.training);
  const known = [...training.values()];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const fitted = ridgePrices(features, training, all, [ridge.alpha]);

  it('predicts the prices that scikit-learn predicts, as far as training prices reach', () => {
    const expected = ridge.predicted.map((price) => Math.min(high, Math.max(low, price)));
    expect(expected.filter((price, i) => price !== ridge.predicted[i]).length).toBeLessThan(10); // of 30
    expectClose(fitted, expected, 1e-9); // the exponential of solutions of two linear systems
  });

  it('is fitted to the games whose prices it is given and to no others', () => {
    const shown: ItemFeatures = { ...features, values: features.values.slice() };
    all.slice(ridge.training).forEach((game) => {
      shown.values.fill(1e6, features.ids.indexOf(game) * 6, (features.ids.indexOf(game) + 1) * 6);
    });
    const seen = all.slice(0, ridge.training);
    expect(ridgePrices(shown, training, seen, [ridge.alpha])).toEqual(fitted.slice(0, ridge.training));
  });

  it('leaves out training games without pictures', () => {
    const more = new Map([...training, ['999', cents(1)]]);
    expect(ridgePrices(features, more, all, [ridge.alpha])).toEqual(fitted);
  });

  it('finds a price that the features tell, with the penalty it chooses itself', () => {
    const { normal } = random(3, 'ridge baseline test');
    const dims = 20;
    const values = Float64Array.from({ length: 80 * dims }, normal);
    const games = Array.from({ length: 80 }, (_, i) => id(i));
    const truth = games.map((_, i) => cents(Math.exp(6 + values[i * dims]! + 0.1 * normal())));
    const drawn = { ids: games, dims, values };
    const prices = new Map(games.slice(0, 60).map((game, i) => [game, truth[i]!]));
    const predicted = ridgePrices(drawn, prices, games.slice(60));
    expect(r2Log(truth.slice(60), predicted)).toBeGreaterThan(0.9);
  });

  it('never leaves the range of the training prices, however far the features do', () => {
    const far = features.values.map((value, i) => (i < ridge.training * 6 ? value : value * 1e4));
    for (const price of ridgePrices({ ...features, values: far }, training, all, [ridge.alpha])) {
      expect(price).toBeGreaterThanOrEqual(low - 1e-9 * high); // logarithm and exponential round
      expect(price).toBeLessThanOrEqual(high + 1e-9 * high);
    }
  });

  it('needs two games, prices that are none negative, and features of the games asked for', () => {
    expect(() => ridgePrices(features, new Map(), all)).toThrow(withCode('BAD_INPUT'));
    expect(() => ridgePrices(features, pricesOf(0, 1), all)).toThrow(withCode('BAD_INPUT'));
    const negative = new Map([...training, [id(0), cents(-1)]]);
    expect(() => ridgePrices(features, negative, all)).toThrow(withCode('BAD_INPUT'));
    expect(() => ridgePrices(features, training, ['999'])).toThrow(withCode('BAD_INPUT'));
  });
});
