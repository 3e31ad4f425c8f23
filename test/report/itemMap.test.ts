import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { letterbox } from '../../lib/images/letterbox';
import { chartHtml } from '../../lib/report/charts';
import { itemMap, MAP_ITEMS } from '../../lib/report/itemMap';
import { thinned } from '../../lib/report/predictionCharts';
import { encodeThumbnail, THUMBNAIL_LIMIT } from '../../lib/report/thumbnail';
import { logPrices } from '../../lib/studies/prices/report/priceScale';
import { withCode } from '../data/close';
import { decoded } from './pictureStore';

const grey = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#888' } })
  .jpeg()
  .toBuffer();
const picture = `data:image/jpeg;base64,${grey.toString('base64')}`;
const games = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ title: `Game ${i}`, value: 100 * i, picture }));
const plane = (count: number) => ({
  points: Array.from({ length: count }, (_, i) => ({ x: i, y: 9 - i })),
  explained: [0.5, 0.25] as [number, number],
});

const map = (items: ReturnType<typeof games>, at: ReturnType<typeof plane>) =>
  itemMap(items, at, logPrices, 'Games');

describe('a thumbnail', () => {
  it('is small enough whatever it shows, down to noise', async () => {
    const { integer } = random(1, 'thumbnail test');
    for (const size of [96, 224]) {
      const noise = Uint8Array.from({ length: size * size * 3 }, () => integer(0, 255));
      const source = await encodeThumbnail(noise, size, letterbox(1, 1, size));
      expect(source.length).toBeLessThanOrEqual(THUMBNAIL_LIMIT);
    }
  });

  it('shows the picture without the padding beside it', async () => {
    const size = 96;
    const box = letterbox(600, 338, size);
    const pixels = new Uint8Array(size * size * 3).fill(255);
    for (let y = box.top; y < box.top + box.height; y++) {
      pixels.fill(60, y * size * 3, (y + 1) * size * 3);
    }
    const { data, size: shown } = await decoded(await encodeThumbnail(pixels, size, box));
    expect(shown).toBe('96 × 54 × 3');
    for (const value of data) expect(Math.abs(value - 60)).toBeLessThanOrEqual(2); // JPEG of one colour
  });

  it('refuses pixels that do not fill the square', async () => {
    await expect(encodeThumbnail(new Uint8Array(3), 2, letterbox(1, 1, 2))).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });
});

describe('the map of items', () => {
  it('carries one picture for each point, in the order of the points', () => {
    const chart = map(games(5), plane(5));
    expect(chart.pictures).toEqual([Array(5).fill(picture)]);
    expect(chart.traces[0]).toMatchObject({ x: [0, 1, 2, 3, 4], y: [9, 8, 7, 6, 5] });
    expect(chartHtml(chart)).toContain(picture);
    expect(chart.alt).toMatch(
      /^5 games with prices from €0\.00 to €4\.00, .* show 50% and 25% .* first is 1(\.00)?, with the second −1(\.00)?\./,
    );
  });

  it('takes every n-th of many games', () => {
    expect(thinned(games(10), MAP_ITEMS)).toHaveLength(10);
    const some = thinned(games(2937), MAP_ITEMS);
    expect(some.length).toBeLessThanOrEqual(MAP_ITEMS);
    expect(some.length).toBeGreaterThan(MAP_ITEMS / 2);
    expect(thinned([], MAP_ITEMS)).toEqual([]);
  });

  it('refuses too many games, another number of points, and pictures that are long or lie elsewhere', () => {
    expect(() => map(games(MAP_ITEMS + 1), plane(MAP_ITEMS + 1))).toThrow(withCode('BAD_INPUT'));
    expect(() => map(games(2), plane(3))).toThrow(withCode('BAD_INPUT'));
    const showing = (source: string) => () => map([{ ...games(1)[0]!, picture: source }], plane(1));
    expect(showing('https://example.org/a.jpg')).toThrow(withCode('BAD_INPUT'));
    expect(showing(`data:image/jpeg;base64,${'A'.repeat(THUMBNAIL_LIMIT)}`)).toThrow(withCode('BAD_INPUT'));
  });
});
