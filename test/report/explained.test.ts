import { describe, expect, it } from 'vitest';
import type { HeatMap } from '../../lib/explain/heatMap';
import { letterbox } from '../../lib/images/letterbox';
import type { ExplainedPicture } from '../../lib/pipeline/explain';
import { explainedRows, heatMapLegend } from '../../lib/report/explained';
import { encodePicture, legendHtml } from '../../lib/report/gallery';
import { type AppId, cents, targetValue } from '../../lib/units';
import { decoded, pictureStore } from './pictureStore';

const { store } = pictureStore();

const map = (...values: number[]): HeatMap => ({ width: 2, height: 2, values: Float32Array.from(values) });

const explained = (image: number, values: HeatMap): ExplainedPicture => ({
  kind: 'dear',
  prediction: {
    appid: '10' as AppId,
    image,
    file: '0.jpg',
    part: 'test',
    predicted: targetValue(1),
    price: cents(1234.4),
    truth: cents(1999),
  },
  map: values,
});

const rowOf = async (image: number, values: HeatMap) => {
  const [row] = await explainedRows([explained(image, values)], store(), (appid) => `Game <${appid}>`);
  return row!; // one picture, one row
};

/** Sum of the differences to the picture as it is, of the rows from `from` up to `to`. */
async function change(image: number, src: string | Uint8Array, from = 0, to = 32): Promise<number> {
  const plain = await decoded(await original(image));
  const { data } = await decoded(src);
  const bytes = data.subarray(from * 96, to * 96); // 32 pixels of 3 bytes a row
  return bytes.reduce((sum, value, i) => sum + Math.abs(value - plain.data[from * 96 + i]!), 0);
}
const original = (image: number): Promise<string> =>
  encodePicture({ pixels: store().readOne(image), width: 32, height: 32 });

describe('the rows of explained pictures', () => {
  it('show the picture, what raises its price and what lowers it, with words for each', async () => {
    const row = await rowOf(0, map(1, -1, 0.5, 0));
    expect(row.caption).toBe('**dear**: Game <10>, €19.99, predicted €12.34');
    expect(row.pictures.map(({ alt }) => alt)).toEqual([
      'A picture of Game <10>',
      'What raises the price of Game <10>',
      'What lowers the price of Game <10>',
    ]);
    expect(row.pictures.map(({ caption }) => caption)).toEqual([
      'the picture',
      'raises the price',
      'lowers the price',
    ]);
    expect(row.pictures[0]?.src).toBe(await original(0));
    expect(new Set(row.pictures.map(({ src }) => src)).size).toBe(3);
  });

  it('leave the picture as it is where nothing raises or lowers the price, and say so', async () => {
    const raising = await rowOf(0, map(1, 0, 0, 0.5));
    expect(raising.pictures[2]).toMatchObject({
      src: await original(0),
      caption: 'nothing lowers the price',
    });
    const neither = await rowOf(0, map(0, 0, 0, 0));
    for (const { src } of neither.pictures) expect(src).toBe(await original(0));
    expect(neither.pictures.map(({ caption }) => caption)).toEqual([
      'the picture',
      'nothing raises the price',
      'nothing lowers the price',
    ]);
  });

  it('scale both maps by the larger one, whatever the unit', async () => {
    const [strong, weak] = [map(4, -1, 0, 0), map(1, -4, 0, 0)];
    const raised = async (values: HeatMap): Promise<number> =>
      change(0, (await rowOf(0, values)).pictures[1]!.src);
    expect(await raised(strong)).toBeGreaterThan(2 * (await raised(weak)));
    const small = { ...strong, values: strong.values.map((value) => value / 1024) };
    expect(await rowOf(0, small)).toEqual(await rowOf(0, strong));
  });

  it('colour the picture only, not the padding beside it', async () => {
    const { top, height } = letterbox(600, 338, 32); // padding above and below
    expect(top).toBeGreaterThanOrEqual(7);
    const painted = (await rowOf(0, map(1, 1, 1, 1))).pictures[1]!.src;
    expect(await change(0, painted, top, top + height)).toBeGreaterThan(10_000);
    // JPEG blocks of 8 rows spread a little beyond the picture's edge.
    expect(await change(0, painted, 0, 1)).toBeLessThan(96 * 3);
    expect(await change(0, painted, 31, 32)).toBeLessThan(96 * 3);
  });

  it('take the map of an early layer of a large picture, which has a hundred thousand places', async () => {
    const side = 256;
    const values = Float32Array.from({ length: side * side }, (_, i) => Math.sin(i));
    const row = await rowOf(0, { width: side, height: side, values });
    expect(row.pictures).toHaveLength(3);
  });

  it('are none for no pictures', async () => {
    expect(await explainedRows([], store(), () => '')).toEqual([]);
  });
});

describe('the legend of the heat maps', () => {
  it('goes from the first to the last colour of the maps', () => {
    expect(heatMapLegend.colours).toHaveLength(5);
    expect([heatMapLegend.colours[0], heatMapLegend.colours[4]]).toEqual([
      'rgb(0, 0, 4)',
      'rgb(252, 255, 164)',
    ]);
    expect(legendHtml(heatMapLegend)).toContain('Colours from no effect to strongest in this picture');
  });
});
