import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeatMap } from '../../lib/explain/heatMap';
import { pointing } from '../../lib/explain/pointing';

const size = 8;
const box = { left: 0, top: 2, width: 8, height: 4 };
const square = (value: (x: number, y: number) => number): HeatMap => ({
  width: size,
  height: size,
  values: Float32Array.from({ length: size * size }, (_, i) => value(i % size, Math.floor(i / size))),
});
/** The left quarter, over the padding as well: that must not count. */
const mask = Uint8Array.from({ length: size * size }, (_, i) => (i % size < 2 ? 1 : 0));
const of = (map: HeatMap) => pointing(map, mask, { size, box });

describe('pointing at a mask', () => {
  it('counts the mass inside, the place of the largest value, and the mask’s share of the picture', () => {
    expect(of(square((x) => (x === 0 ? 3 : x === 7 ? 1 : 0)))).toEqual({
      inside: 0.75,
      hit: 1,
      chance: 0.25,
    });
    expect(of(square((x) => (x === 0 ? 1 : x === 7 ? 3 : 0)))).toEqual({
      inside: 0.25,
      hit: 0,
      chance: 0.25,
    });
  });

  it('is at chance for a flat map, by both figures', () => {
    expect(of(square(() => 2))).toEqual({ inside: 0.25, hit: 0.25, chance: 0.25 });
  });

  it('does not look at the padding', () => {
    const within = (y: number): boolean => y >= 2 && y < 6;
    const map = square((x, y) => (within(y) ? (x === 7 ? 1 : 0) : 100));
    expect(of(map)).toEqual({ inside: 0, hit: 0, chance: 0.25 });
    expect(of(square((_, y) => (within(y) ? 0 : 5)))).toBeNull();
  });

  it('up-samples a coarse map as it is drawn', () => {
    const found = of({ width: 2, height: 1, values: Float32Array.from([1, 0]) });
    // Columns of the bilinear ramp: 1, 1, 7/8, 5/8, 3/8, 1/8, 0, 0.
    expect(found!.inside).toBeCloseTo(2 / 4, 6);
    expect(found!.hit).toBe(1);
  });

  it('keeps shares between 0 and 1, whatever the unit', () => {
    const values = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(values, (values) => {
        const map = { width: size, height: size, values: Float32Array.from(values) };
        const found = of(map);
        const scaled = of({ ...map, values: map.values.map((value) => value * 1024) });
        expect(scaled).toEqual(found);
        for (const share of found ? Object.values(found) : []) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
