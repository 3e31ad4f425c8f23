import { describe, expect, it } from 'vitest';
import type { ComparedMaps, SidedPrediction } from '../../../../lib/studies/prices/explainStage';
import { comparedRows } from '../../../../lib/studies/prices/report/mapRows';
import { map, sided, sourceOf } from '../../../report/explainedPictures';
import { decoded, pictureStore } from '../../../report/pictureStore';

const { folder, store } = pictureStore();
const source = () => sourceOf(folder, store());

const way = (name: string, explained: SidedPrediction[]): ComparedMaps<SidedPrediction> => ({
  method: name,
  layer: `${name} layer`,
  resolution: '2 × 2 places of 16 × 16 pixels',
  explained,
});

/** The alphas of the upper corners. */
async function corners(over: string | Uint8Array | undefined): Promise<number[]> {
  const { data } = await decoded(over!); // of a picture under a map
  return [data[3]!, data[4 * 179 + 3]!]; // 180 pixels wide
}

describe('a picture by several methods', () => {
  it('has a row for what raises and one for what lowers the price, and one scale for both of a method', async () => {
    const methods = [way('A', [sided(0, map(1, -2, 1, -2))]), way('B', [sided(0, map(10, 0, 10, 0))])];
    const rows = await comparedRows(methods, 'method', source());
    expect(rows.map(({ caption }) => caption)).toEqual(
      ['raises', 'lowers'].map((side) => `What **${side}** the price of Game <10>, €19.99, predicted €12.34`),
    );
    expect(rows.map(({ pictures }) => pictures.map(({ caption }) => caption))).toEqual([
      ['**A**, 2 × 2 places of 16 × 16 pixels: up to 1', '**B**, 2 × 2 places of 16 × 16 pixels: up to 10'],
      ['**A**, 2 × 2 places of 16 × 16 pixels: up to 2', '**B**, 2 × 2 places of 16 × 16 pixels: nowhere'],
    ]);
    const layers = rows.map(({ pictures }) => Promise.all(pictures.map(({ over }) => corners(over))));
    expect(await Promise.all(layers)).toEqual([
      [
        [128, 0],
        [255, 0],
      ],
      [
        [0, 255],
        [0, 0],
      ],
    ]);
  });

  it('names the layers where these are compared, and is none for none', async () => {
    const [row] = await comparedRows([way('late', [sided(0, map(1, 0, 1, 0))])], 'layer', source());
    expect(row!.pictures[0]!.caption).toBe('**late layer**, 2 × 2 places of 16 × 16 pixels: up to 1');
    expect(await comparedRows([], 'layer', source())).toEqual([]);
  });
});
