import { describe, expect, it } from 'vitest';
import type { HeatMap } from '../../../lib/explain/heatMap';
import { meanMapsByPrice } from '../../../lib/studies/prices/bands';
import { cents } from '../../../lib/studies/prices/units';
import { withCode } from '../../data/close';
import { sided } from '../../report/explainedPictures';
import { files, pictureStore } from '../../report/pictureStore';

const { store } = pictureStore();

const level = (value: number): HeatMap => ({ width: 3, height: 3, values: new Float32Array(9).fill(value) });

/** Picture `image` of the store as one of a game of its own number and price. */
const of = (game: number, truth: number, image: number, map: HeatMap) => {
  const { prediction } = sided(image, map);
  return { map, prediction: { ...prediction, id: String(game), label: cents(truth) } };
};

describe('mean maps by price', () => {
  it('are means over the pictures of games of like prices, with their sign, the cheapest first', () => {
    const pictures = [
      of(1, 900, 0, level(4)),
      of(2, 100, 1, level(-1)),
      of(3, 200, 2, level(-2)),
      of(2, 100, 3, level(-6)),
      of(4, 1000, 4, level(0)),
    ];
    const found = meanMapsByPrice(pictures, store(), 2);
    expect(found.map(({ map, ...counts }) => counts)).toEqual([
      { low: 100, high: 200, games: 2, pictures: 3 },
      { low: 900, high: 1000, games: 2, pictures: 2 },
    ]);
    const expected = [-3, 2]; // (−1 − 2 − 6) / 3 and (4 + 0) / 2
    found.forEach(({ map }, i) => {
      expect([map.width, map.height]).toEqual([192, 108]);
      // Thirds are not exact in binary; the sums run in 64 bits.
      for (const value of map.values) expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6);
    });
  });

  it('take what lies over a picture, stretched to one shape, and nothing of the padding', () => {
    // Picture 0 lies in rows 7 to 24 of the 32: the values of the padding are far larger.
    const values = Float32Array.from({ length: 32 * 32 }, (_, i) => (i < 6 * 32 || i >= 26 * 32 ? 99 : 1));
    const [band] = meanMapsByPrice([of(1, 100, 0, { width: 32, height: 32, values })], store());
    expect(new Set(band!.map.values)).toEqual(new Set([1]));
    // The upper half of an upright picture and of a lying one meet.
    const half = (rows: number, columns: number): HeatMap => ({
      width: columns,
      height: rows,
      values: Float32Array.from({ length: rows * columns }, (_, i) => (i < (rows / 2) * columns ? 1 : 0)),
    });
    const both = [of(1, 100, 0, half(32, 32)), of(1, 100, 4, half(32, 32))];
    const { values: mean } = meanMapsByPrice(both, store())[0]!.map;
    expect([mean[0], mean[192 * 40], mean[192 * 68], mean.at(-1)]).toEqual([1, 1, 0, 0]);
  });

  it('make fewer bands where there are fewer prices, and refuse no pictures and no bands', () => {
    const one = files.map((_, image) => of(image, 500, image, level(1)));
    expect(meanMapsByPrice(one, store(), 4).map(({ games, pictures }) => [games, pictures])).toEqual([
      [6, 6],
    ]);
    expect(() => meanMapsByPrice([], store())).toThrow(withCode('BAD_INPUT'));
  });
});
