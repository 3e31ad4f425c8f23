import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { styles } from '../../../../lib/samples/styles';
import { placeKinds } from '../../../../lib/studies/prices/sample/places';
import { drawScene, encodeScene } from '../../../../lib/studies/prices/sample/scene';

const request = { seed: 5, appid: '440', picture: 3, quality: 0.8 };

describe('drawScene', () => {
  it('gives the same bytes for the same request whatever was drawn in between', async () => {
    const first = drawScene(request);
    const file = await encodeScene(first);
    for (const picture of [1, 2]) drawScene({ ...request, picture });
    const second = drawScene(request);
    expect(Buffer.compare(file, await encodeScene(second))).toBe(0);
    expect(second.labels).toEqual(first.labels);
    expect(await sharp(file).metadata()).toMatchObject({ width: 300, height: 169, channels: 3 });
    const large = await encodeScene(first, 600);
    expect(await sharp(large).metadata()).toMatchObject({ width: 600, height: 338 });
  });

  it.each(styles.flatMap((style) => placeKinds.map((place) => [style, place] as const)))(
    'draws %s in a place with %s, with subjects of a fair size',
    (style, place) => {
      const { labels, canvas } = drawScene({ ...request, style, place });
      expect(labels).toMatchObject({ style, place, quality: 0.8 });
      expect(labels.subjectShare).toBeGreaterThan(0.03);
      expect(labels.subjectShare).toBeLessThan(0.6);
      expect(new Set(canvas.pixels).size).toBeGreaterThan(15); // shades, so it is not an empty picture
    },
  );

  it('draws the same surroundings for every quality: only the subject tells the price', () => {
    const [low, high] = [0.2, 0.9].map(
      (quality) => drawScene({ ...request, style: 'flat vector', quality }).canvas,
    );
    let unlike = 0;
    let outside = 0;
    for (let i = 0; i < low!.subject.length; i++) {
      if (low!.subject[i]! > 127 || high!.subject[i]! > 127) continue;
      outside++;
      if (Math.abs(low!.pixels[i * 3]! - high!.pixels[i * 3]!) > 8) unlike++;
    }
    // Shadows on the ground and half-covered pixels at the rim of a figure are outside the subject.
    expect(unlike / outside).toBeLessThan(0.05);
  });
});
