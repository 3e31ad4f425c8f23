import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineMaps } from '../../lib/explain/combine';
import { type HeatMap, normalise } from '../../lib/explain/heatMap';
import { resizeMap } from '../../lib/explain/resize';
import { withCode } from '../data/close';
import { largestDifference } from '../networks/headOracle';

const square = (...values: number[]): HeatMap => {
  const side = Math.sqrt(values.length);
  return { width: side, height: side, values: Float32Array.from(values) };
};
const anyMap = fc
  .constantFrom(1, 2, 3, 6)
  .chain((side) =>
    fc.array(fc.float({ noNaN: true, min: 0, max: 1e6 }), { minLength: side * side, maxLength: side * side }),
  )
  .map((values) => square(...values));

describe('combineMaps', () => {
  it('averages normalised maps at the size of the largest, whatever their units', () => {
    const coarse = square(4); // level: 1 everywhere
    const fine = square(0, 100, 50, 0);
    expect(combineMaps([coarse, fine])).toEqual(square(0.5, 1, 0.75, 0.5));
    expect(combineMaps([fine])).toEqual(square(0, 1, 0.5, 0));
  });

  it('up-samples each between its own places', () => {
    const coarse = square(0, 1, 0, 1);
    const fine = square(...Array.from({ length: 16 }, () => 0));
    const row = [0, 0.25, 0.75, 1].map((value) => value / 2); // two places over four: half-pixel centres, edges carried on
    expect(combineMaps([coarse, fine])).toEqual(square(...row, ...row, ...row, ...row));
  });

  it('stays from 0 to 1, does not mind order or unit, and is the map itself where all are the same', () => {
    fc.assert(
      fc.property(fc.array(anyMap, { minLength: 1, maxLength: 4 }), (maps) => {
        const { values, width, height } = combineMaps(maps);
        expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect([width, height]).toEqual([Math.max(...maps.map((map) => map.width)), width]);
        const turned = combineMaps([...maps].reverse());
        expect(largestDifference(turned.values, values)).toBeLessThan(1e-6); // rounding of float32 sums
        const scaled = maps.map((map, i) => ({ ...map, values: map.values.map((value) => value * 2 ** i) }));
        expect(combineMaps(scaled).values).toEqual(values); // powers of two lose no digit
        const [first] = maps as [HeatMap, ...HeatMap[]];
        const same = combineMaps([first, first, first]);
        expect(largestDifference(same.values, normalise(first).values)).toBeLessThan(1e-6);
      }),
    );
  });

  it('counts a map of zeros as zeros, and gives zeros for nothing else', () => {
    expect(combineMaps([square(0), square(0, 0, 0, 0)])).toEqual(square(0, 0, 0, 0));
    const half = combineMaps([square(0), square(0, 2, 1, 0)]);
    expect(half).toEqual(square(0, 0.5, 0.25, 0));
    expect(resizeMap(half, 2, 2)).toEqual(half);
  });

  it('refuses no maps and signed ones', () => {
    expect(() => combineMaps([])).toThrow(withCode('BAD_INPUT'));
    expect(() => combineMaps([square(-1, 0, 0, 0)])).toThrow(withCode('BAD_INPUT'));
  });
});
