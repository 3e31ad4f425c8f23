import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { letterbox } from '../../../lib/images/letterbox';
import { colourHistograms } from '../../../lib/metrics/colourHistogram';
import { gameFeatures, ridgePredictions } from '../../../lib/studies/prices/pictureBaselines';
import { type PreparedData, prepareData } from '../../../lib/studies/prices/preparedData';
import { findSharedPictures } from '../../../lib/studies/prices/sharedPictures';
import { cents } from '../../../lib/studies/prices/units';
import { expectClose, withCode } from '../../data/close';
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
