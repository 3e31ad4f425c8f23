import { describe, expect, it } from 'vitest';
import type { HeatMap } from '../../../../lib/explain/heatMap';
import { explainedRows } from '../../../../lib/studies/prices/report/mapRows';
import { map, sided, sourceOf } from '../../../report/explainedPictures';
import { decoded, pictureStore } from '../../../report/pictureStore';

const { folder, store } = pictureStore();

const rowOf = async (...given: Parameters<typeof sided>) => {
  const explained = { kind: 'dear' as const, ...sided(...given) };
  const [row] = await explainedRows([explained], sourceOf(folder, store()), 'logits');
  return row!; // one picture, one row
};

/** The largest alpha of a layer. */
async function cover(src: string | Uint8Array | undefined): Promise<number> {
  const { data } = await decoded(src!); // of a picture under a map
  return data.reduce((most, value, i) => (i % 4 === 3 ? Math.max(most, value) : most), 0);
}

describe('the rows of explained pictures', () => {
  it('show the picture, what raises its price and what lowers it, with words and the scale for each', async () => {
    const row = await rowOf(0, map(1, -0.25, 1, -0.25));
    expect(row.caption).toBe('**dear**: Game <10>, €19.99, predicted €12.34; brightest colour: 1 logits');
    expect(row.pictures.map(({ alt }) => alt)).toEqual([
      'A picture of Game <10>',
      'What raises the price of Game <10>',
      'What lowers the price of Game <10>',
    ]);
    expect(row.pictures.map(({ caption }) => caption)).toEqual([
      'the picture',
      'raises the price: up to 1',
      'lowers the price: up to 0.2500',
    ]);
    const [plain, up, down] = row.pictures;
    expect([up!.src, down!.src]).toEqual([plain!.src, plain!.src]);
    expect(plain!.over).toBeUndefined();
    // A byte holds the share of the row's largest value, rounded.
    expect([await cover(up!.over), await cover(down!.over)]).toEqual([255, 64]);
  });

  it('take the sides as they are given, which need not be those of the map', async () => {
    const row = await rowOf(0, map(1, 1, 1, 1), { lowers: map(2, 0, 2, 0) });
    expect(row.pictures.map(({ caption }) => caption).slice(1)).toEqual([
      'raises the price: 1 everywhere alike',
      'lowers the price: up to 2',
    ]);
    expect(await cover(row.pictures[1]!.over)).toBe(128); // 1 of 2
  });

  it('lay nothing over the picture where nothing raises or lowers the price, and say so', async () => {
    const neither = await rowOf(0, map(0, 0, 0, 0));
    expect(neither.caption).toMatch(/; without any effect$/);
    for (const { over } of neither.pictures.slice(1)) expect(await cover(over)).toBe(0);
    expect(neither.pictures.map(({ caption }) => caption)).toEqual([
      'the picture',
      'raises the price: nowhere',
      'lowers the price: nowhere',
    ]);
  });

  it('have layers that do not depend on the unit', async () => {
    const values = map(4, -1, 0, 2);
    const small: HeatMap = { ...values, values: values.values.map((value) => value / 1024) };
    const layers = async (given: HeatMap) => (await rowOf(0, given)).pictures.map(({ over }) => over);
    expect(await layers(small)).toEqual(await layers(values));
  });

  it('take the map of an early layer of a large picture, which has a hundred thousand places', async () => {
    const side = 256;
    const values = Float32Array.from({ length: side * side }, (_, i) => Math.sin(i));
    expect((await rowOf(0, { width: side, height: side, values })).pictures).toHaveLength(3);
  });

  it('are none for no pictures', async () => {
    expect(await explainedRows([], sourceOf(folder, store()), 'logits')).toEqual([]);
  });
});
