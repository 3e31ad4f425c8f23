import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type HeatMap,
  isLevel,
  lowers,
  mapBalance,
  normalise,
  normaliseTogether,
  raises,
} from '../../lib/explain/heatMap';

const row = (...values: number[]): HeatMap => ({
  width: values.length,
  height: 1,
  values: Float32Array.from(values),
});

describe('mapBalance', () => {
  it('sums what raises and what lowers, and finds the largest magnitude on either side', () => {
    expect(mapBalance(row(1, -2, 0.5, -0.25))).toEqual({ raises: 1.5, lowers: 2.25, largest: 2 });
    expect(mapBalance(row(3, -1))).toEqual({ raises: 3, lowers: 1, largest: 3 });
  });

  it('is zero for a map of zeros and for an empty one', () => {
    const nothing = { raises: 0, lowers: 0, largest: 0 };
    expect(mapBalance(row(0, -0))).toEqual(nothing);
    expect(mapBalance(row())).toEqual(nothing);
  });

  it('changes sides when the map changes its sign, and grows with it', () => {
    const map = fc.array(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 });
    fc.assert(
      fc.property(map, (values) => {
        const balance = mapBalance(row(...values));
        const turned = mapBalance(row(...values.map((value) => -value)));
        expect(turned).toEqual({ raises: balance.lowers, lowers: balance.raises, largest: balance.largest });
        expect(mapBalance(row(...values.map((value) => 2 * value)))).toEqual({
          raises: 2 * balance.raises,
          lowers: 2 * balance.lowers,
          largest: 2 * balance.largest,
        });
        const parts = [raises(row(...values)), lowers(row(...values))];
        expect(balance.largest).toBe(Math.max(...parts.flatMap((part) => [...part.values])));
      }),
    );
  });
});

describe('normaliseTogether', () => {
  it('divides all maps by the largest value among them, so that they compare', () => {
    expect(normaliseTogether([row(1, 2), row(4, 0)])).toEqual([row(0.25, 0.5), row(1, 0)]);
    expect(normaliseTogether([row(0, 0), row(0)])).toEqual([row(0, 0), row(0)]);
    expect(normaliseTogether([])).toEqual([]);
  });

  it('gives no NaN for a level map, not for the smallest and largest numbers either', () => {
    for (const value of [0, 1e-45, 1e-38, 1, 3.4e38]) {
      const { values } = normalise(row(value, value, value));
      expect([...values]).toEqual(value === 0 ? [0, 0, 0] : [1, 1, 1]);
    }
  });
});

describe('isLevel', () => {
  it('tells maps that point nowhere', () => {
    expect([row(0, 0), row(2, 2, 2), row(1), row()].map(isLevel)).toEqual([true, true, true, true]);
    expect([row(0, 1e-45), row(2, 2, 1)].map(isLevel)).toEqual([false, false]);
  });
});
