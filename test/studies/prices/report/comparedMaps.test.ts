import { describe, expect, it } from 'vitest';
import type { HeatMap } from '../../../../lib/explain/heatMap';
import type { ComparedMaps, SidedPrediction } from '../../../../lib/studies/prices/explainStage';
import { layerRows, methodRows } from '../../../../lib/studies/prices/report/comparedMaps';
import { map, sided, sourceOf } from '../../../report/explainedPictures';
import { decoded, pictureStore } from '../../../report/pictureStore';

const { folder, store } = pictureStore();
const source = () => sourceOf(folder, store());

const way = (name: string, explained: SidedPrediction[]): ComparedMaps<SidedPrediction> => ({
  name,
  resolution: '2 × 2 places of 16 × 16 pixels',
  explained,
});

/** The alphas of the upper corners. */
async function corners(over: string | Uint8Array | undefined): Promise<number[]> {
  const { data } = await decoded(over!); // of a picture under a map
  return [data[3]!, data[4 * 179 + 3]!]; // 180 pixels wide
}

/** A map that is zero over picture 0 and `value` in the padding above it. */
const padded = (value: number): HeatMap => ({
  width: 32,
  height: 32,
  values: Float32Array.from({ length: 32 * 32 }, (_, i) => (i < 6 * 32 ? value : 0)),
});

describe('a picture at several layers', () => {
  it('has a map with a scale of its own for each, with its resolution, and all combined', async () => {
    const layers = [way('late', [sided(0, map(1, 0, 1, 0))]), way('early', [sided(0, map(8, 8, 8, 8))])];
    const [row, ...more] = await layerRows(layers, source());
    expect(more).toEqual([]);
    expect(row!.caption).toBe('What **raises** the price of Game <10>, €19.99, predicted €12.34');
    expect(row!.pictures.map(({ caption }) => caption)).toEqual([
      '**late**, 2 × 2 places of 16 × 16 pixels: up to 1',
      '**early**, 2 × 2 places of 16 × 16 pixels: 8 everywhere alike',
      "**combined**, mean share of each layer's largest value: up to 1",
    ]);
    expect(await Promise.all(row!.pictures.map(({ over }) => corners(over)))).toEqual([
      [255, 0],
      [255, 255],
      [255, 128], // (1 + 1) / 2 and (0 + 1) / 2
    ]);
  });

  it('shows the side that is stronger at the first layer, of what is not padding', async () => {
    const first = sided(0, map(1, -2, 1, -2));
    const [row] = await layerRows(
      [way('late', [first]), way('early', [sided(0, map(9, -1, 9, -1))])],
      source(),
    );
    expect(row!.caption).toMatch(/^What \*\*lowers\*\*/);
    expect(row!.pictures[1]!.caption).toMatch(/: up to 1$/);
    const [hidden] = await layerRows(
      [way('late', [sided(0, map(1, 1, 1, 1), { lowers: padded(5) })])],
      source(),
    );
    expect(hidden!.caption).toMatch(/^What \*\*raises\*\*/);
  });

  it('is none for no layers', async () => {
    expect(await layerRows([], source())).toEqual([]);
  });
});

describe('a picture by several methods', () => {
  it('has a row for what raises and one for what lowers the price, and one scale for both of a method', async () => {
    const methods = [way('A', [sided(0, map(1, -2, 1, -2))]), way('B', [sided(0, map(10, 0, 10, 0))])];
    const rows = await methodRows(methods, source());
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
});
