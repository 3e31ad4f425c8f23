import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { enlarge, enlargeMarks } from '../../../lib/samples/enlarge';
import { placeKinds } from '../../../lib/samples/places';
import { drawScene } from '../../../lib/samples/scene';
import { styles } from '../../../lib/samples/styles';
import { drawScreenshot } from '../../../lib/studies/prices/screenshotImage';

const request = { seed: 5, appid: '440', picture: 3, quality: 0.8 };

describe('drawScreenshot', () => {
  it('gives the same bytes for the same request whatever was drawn in between', async () => {
    const first = await drawScreenshot(request);
    await Promise.all([1, 2].map((picture) => drawScreenshot({ ...request, picture })));
    const second = await drawScreenshot(request);
    expect(Buffer.compare(first.jpeg, second.jpeg)).toBe(0);
    expect(second.labels).toEqual(first.labels);
    expect(first.mask).toHaveLength(600 * 338);
    expect(await sharp(first.jpeg).metadata()).toMatchObject({ width: 600, height: 338, channels: 3 });
  });

  it.each(styles.flatMap((style) => placeKinds.map((place) => [style, place] as const)))(
    'draws %s in a place with %s, with subjects of a fair size',
    (style, place) => {
      const { labels, pixels, mask } = drawScene({ ...request, style, place });
      expect(labels).toMatchObject({ style, place, quality: 0.8 });
      expect(labels.subjectShare).toBeGreaterThan(0.03);
      expect(labels.subjectShare).toBeLessThan(0.6);
      expect(pixels.length).toBe(mask.length * 3);
      expect(new Set(pixels).size).toBeGreaterThan(15); // shades, so it is not an empty picture
    },
  );

  it('draws the same surroundings for every quality: only what the mask marks tells the price', () => {
    const [low, high] = [0.2, 0.9].map((quality) => drawScene({ ...request, style: 'flat vector', quality }));
    let unlike = 0;
    let outside = 0;
    for (let i = 0; i < low!.mask.length; i++) {
      if (low!.mask[i] || high!.mask[i]) continue;
      outside++;
      if (Math.abs(low!.pixels[i * 3]! - high!.pixels[i * 3]!) > 8) unlike++;
    }
    // Shadows on the ground and half-covered pixels at the rim of a figure are outside the mask.
    expect(unlike / outside).toBeLessThan(0.05);
  });
});

describe('enlarge', () => {
  it('makes squares of a third of the size, and puts means between two thirds', () => {
    const third = Uint8Array.from({ length: 200 * 113 * 3 }, (_, i) => (Math.floor(i / 3) * 40) % 256);
    const big = enlarge(third, 200);
    expect([0, 1, 2, 3, 5, 6].map((x) => big[(2 * 600 + x) * 3])).toEqual([0, 0, 0, 40, 40, 80]);
    const pixels = Uint8Array.from({ length: 400 * 226 * 3 }, (_, i) =>
      Math.floor(i / 3) % 400 < 200 ? 10 : 20,
    );
    pixels.fill(100, 400 * 3, 401 * 3);
    const soft = enlarge(pixels, 400);
    expect([0, 1, 2].map((y) => soft[y * 600 * 3])).toEqual([10, 55, 100]);
    expect([298, 299, 300].map((x) => soft[(9 * 600 + x) * 3])).toEqual([10, 10, 20]);
  });

  it('spreads marks over the place of their pixels', () => {
    const marks = new Uint8Array(400 * 226);
    marks.fill(255, 0, 200);
    const big = enlargeMarks(marks, 400);
    expect(big.reduce((sum, mark) => sum + mark / 255, 0)).toBe(300); // half of the first row; the second belongs to the second
  });
});
