import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeCounts } from '../../lib/images/shapes';

describe('the shapes of pictures', () => {
  it('are counted by width and height, most frequent first, equals as they come', () => {
    expect(shapeCounts([600, 338, 600, 1920, 600], [338, 600, 338, 1080, 337])).toEqual([
      { shape: '600 × 338', images: 2 },
      { shape: '338 × 600', images: 1 },
      { shape: '1920 × 1080', images: 1 },
      { shape: '600 × 337', images: 1 },
    ]);
    expect(shapeCounts([], [])).toEqual([]);
  });

  it('count every picture once, each shape once', () => {
    const side = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(side, side)), (sizes) => {
        const counts = shapeCounts(
          sizes.map(([width]) => width),
          sizes.map(([, height]) => height),
        );
        expect(counts.reduce((sum, { images }) => sum + images, 0)).toBe(sizes.length);
        expect(new Set(counts.map(({ shape }) => shape)).size).toBe(counts.length);
        const numbers = counts.map(({ images }) => images);
        expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
      }),
    );
  });
});
