import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { removalChart } from '../../lib/report/removalChart';
import { signedMaps, signedPicture } from '../../lib/report/signedMaps';
import { shownHtml } from './shown';

describe('maps that have a sign', () => {
  it('are blue below 0, red above, nearly white at 0, and no stronger beyond their reach', async () => {
    const map = { width: 2, height: 2, values: Float32Array.of(-3, 0, 1.5, 9) };
    const { src } = await signedPicture(map, 3, { alt: 'values' });
    const bytes = Buffer.from(src.split(',')[1] ?? '', 'base64');
    const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => [...data.subarray(3 * (y * info.width + x)).subarray(0, 3)];
    const [low, none, half, high] = [at(0, 0), at(83, 0), at(0, 83), at(83, 83)];
    expect(none).toEqual([247, 247, 247]);
    expect(low[2]).toBeGreaterThan(low[0]! + 100);
    expect(high[0]).toBeGreaterThan(high[2]! + 100);
    high.forEach((value, channel) => {
      expect(Math.abs(half[channel]! - (value + 247) / 2)).toBeLessThanOrEqual(1); // rounded
    });
  });

  it('stand below the bar of their colours, which says what its ends are', () => {
    const src = 'data:image/png;base64,AAAA';
    const rows = [{ caption: 'One', pictures: [{ src, alt: 'a map' }] }];
    const html = shownHtml(() => signedMaps(rows, 0.4, 'of a logit', { title: 'Maps' }));
    expect(html).toContain('−0.40 of a logit');
    expect(html).toContain('+0.40 of a logit');
    expect(html).toMatch(/rgb\(23, 102, 209\),rgb\(247, 247, 247\),rgb\(219, 20, 41\)/);
    expect(html).not.toContain('Opacity');
  });
});

describe('scores while pixels are removed', () => {
  it('are means over pictures with their intervals, by the share removed', () => {
    const curves = [
      {
        name: 'Method',
        scores: [
          [4, 1, 0],
          [6, 3, 0],
        ],
      },
      {
        name: 'At random',
        scores: [
          [4, 4, 0],
          [6, 6, 0],
        ],
      },
    ];
    const { traces, alt, table } = removalChart(curves, 'Mean logit', { seed: 1 });
    expect(alt).toBe('Method: from 5 to 2 with half removed. At random: from 5 to 5 with half removed.');
    expect(traces.filter(({ name }) => name).map(({ x, y }) => [x, y])).toEqual([
      [
        [0, 0.5, 1],
        [5, 2, 0],
      ],
      [
        [0, 0.5, 1],
        [5, 5, 0],
      ],
    ]);
    expect(table?.rows[1]).toEqual(['Method', '50%', '2', '1', '3']);
  });
});
