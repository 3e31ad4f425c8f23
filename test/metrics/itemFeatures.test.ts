import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageByItem, pickItems } from '../../lib/metrics/itemFeatures';
import { expectClose } from '../data/close';

const ids = (names: readonly (string | number)[]): string[] => names.map((name) => String(name));

describe('averageByItem', () => {
  it('averages the rows of each item over pictures and places, items ascending', () => {
    // Two places of two numbers each.
    const rows = [
      [1, 10, 3, 30],
      [5, 50, 5, 50],
      [100, 0, 300, 0],
    ];
    const found = averageByItem(ids([20, 20, 3]), 2, (some) => some.flatMap((row) => rows[row]!));
    expect(found.ids).toEqual(['3', '20']);
    expectClose(found.values, [200, 0, 3.5, 35]);
  });

  it('asks for every row once, in order and a few hundred at a time', () => {
    const asked: number[] = [];
    const sizes: number[] = [];
    averageByItem(ids(Array.from({ length: 1000 }, (_, i) => 1 + (i % 7))), 3, (rows) => {
      asked.push(...rows);
      sizes.push(rows.length);
      return new Float32Array(rows.length * 3);
    });
    expect(asked).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(512);
  });

  it('is the same mean whatever the order of the rows', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(rows, (rows) => {
        const found = averageByItem(ids(rows.map(([game]) => game)), 1, (some) =>
          some.map((row) => rows[row]![1]),
        );
        found.ids.forEach((id, i) => {
          const own = rows.filter(([game]) => String(game) === id).map(([, value]) => value);
          expect(Math.abs(found.values[i]! - own.reduce((a, b) => a + b) / own.length)).toBeLessThan(1e-12);
        });
      }),
    );
  });
});

describe('pickItems', () => {
  const features = { ids: ids([1, 2, 3]), dims: 2, values: Float64Array.of(1, 1, 2, 2, 3, 3) };

  it('gives the items asked for in the order asked for', () => {
    expect(pickItems(features, ids([3, 1]))).toEqual({
      ids: ['3', '1'],
      dims: 2,
      values: Float64Array.of(3, 3, 1, 1),
    });
  });

  it('refuses an item that has none', () => {
    expect(() => pickItems(features, ids([4]))).toThrow(/4 has no features/);
  });
});
