import { describe, expect, it } from 'vitest';
import type { HeatMap } from '../../../../lib/explain/heatMap';
import { peakOf } from '../../../../lib/explain/heatMap';
import { mapPictures, strengthOf, titlesOf, visibleMap } from '../../../../lib/studies/prices/report/mapRows';
import { map, sourceOf } from '../../../report/explainedPictures';
import { decoded, pictureStore } from '../../../report/pictureStore';

const { folder, store } = pictureStore();

/** A map as large as the square of 32 pixels: `value` in the rows from `from` up to `to`. */
const band = (from: number, to: number, value: number): HeatMap => ({
  width: 32,
  height: 32,
  values: Float32Array.from({ length: 32 * 32 }, (_, i) => (i >= from * 32 && i < to * 32 ? value : 0)),
});

describe('the part of a map over the picture', () => {
  // Picture 0 has 600 × 338 pixels, 32 × 18 in the square: rows 7 to 24.
  it('has the shape of the picture and knows nothing of the padding', () => {
    const { width, height } = visibleMap(store(), 0, map(1, 1, 1, 1));
    expect([width, height]).toEqual([180, 101]); // 180 · 338 / 600, rounded
    expect(peakOf([visibleMap(store(), 0, band(0, 6, 9))])).toBe(0);
    expect(peakOf([visibleMap(store(), 0, band(26, 32, 9))])).toBe(0);
    expect(peakOf([visibleMap(store(), 0, band(0, 32, 9))])).toBe(9);
  });

  it('is upright where the picture is', () => {
    const { width, height } = visibleMap(store(), 4, map(0, 1, 0, 1));
    expect([width, height]).toEqual([101, 180]);
  });
});

describe('how strong a map is', () => {
  it('is told as its largest value, or that it is flat', () => {
    expect(strengthOf(map(0, 0.01234, 0, 0))).toBe('up to 0.0123');
    expect(strengthOf(map(0.5, 0.5, 0.5, 0.5))).toBe('0.5000 everywhere alike');
    expect(strengthOf(map(0, 0, 0, 0))).toBe('nowhere');
    expect(peakOf([map(0, 1, 2, 0), map(0, 3, 0, 0)])).toBe(3);
    expect(peakOf([])).toBe(0);
  });
});

describe('maps over pictures', () => {
  const words = { alt: 'a map', caption: 'seen' };

  it('share one scale, the largest value of all opaque', async () => {
    const maps = [map(1, 0, 1, 0), map(0, 4, 0, 4)].map((values) => visibleMap(store(), 0, values));
    const pictures = await mapPictures(
      maps.map((values) => ({ image: 0, map: values, ...words })),
      sourceOf(folder, store()),
    );
    expect(pictures.map(({ caption }) => caption)).toEqual(['seen: up to 1', 'seen: up to 4']);
    const corners = pictures.map(async ({ over }) => {
      const { data, size } = await decoded(over!); // every one has a layer
      expect(size).toBe('180 × 101 × 4');
      return [data[3], data[4 * 179 + 3]];
    });
    expect(await Promise.all(corners)).toEqual([
      [64, 0], // a quarter of 255, rounded
      [0, 255],
    ]);
  });

  it('lie over the picture as it was uploaded, of the same shape', async () => {
    const shown = { image: 4, map: visibleMap(store(), 4, map(1, 0, 0, 0)), ...words };
    const [picture] = await mapPictures([shown], sourceOf(folder, store()));
    expect((await decoded(picture!.src)).size).toBe('203 × 360 × 3'); // 338 × 600, turned upright
    expect((await decoded(picture!.over!)).size).toBe('101 × 180 × 4');
  });

  it('are refused with a sign, and are none for none', async () => {
    const signed = { image: 0, map: map(1, -1, 0, 0), ...words };
    const source = sourceOf(folder, store());
    await expect(async () => mapPictures([signed], source)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await mapPictures([], source)).toEqual([]);
  });
});

describe('titles', () => {
  it('are those of the games kept, and the number of any other', () => {
    const titleOf = titlesOf(sourceOf(folder, store()));
    expect([titleOf('20'), titleOf('30')]).toEqual(['Game <20>', '30']);
  });
});
