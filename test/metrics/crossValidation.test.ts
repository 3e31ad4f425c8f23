import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argMax } from '../../lib/core/extremes';
import { dealFolds, outOfFold } from '../../lib/metrics/crossValidation';

describe('dealFolds', () => {
  const row = fc.record({ item: fc.nat(30).map((n) => `item ${n}`), label: fc.nat(2) });
  const deal = (rows: readonly { item: string; label: number }[], folds = 5) =>
    dealFolds(
      rows.map(({ item }) => item),
      rows.map(({ label }) => label),
      { folds, seed: 1 },
    );

  it('keeps the rows of an item together, in folds of about as many items', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 20, maxLength: 80 }), (rows) => {
        const found = deal(rows);
        const foldsOf = new Map(rows.map(({ item }, i) => [item, found[i]]));
        rows.forEach(({ item }, i) => {
          expect(found[i]).toBe(foldsOf.get(item));
        });
        const counts = [0, 1, 2, 3, 4].map((k) => [...foldsOf.values()].filter((fold) => fold === k).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('has each class in every fold, and depends on no order', () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({ item: `item ${i}`, label: i % 10 === 0 ? 1 : 0 }));
    const found = deal(rows);
    expect(new Set(rows.flatMap(({ label }, i) => (label === 1 ? [found[i]] : []))).size).toBe(5);
    expect(deal([...rows].reverse())).toEqual([...found].reverse());
  });
});

describe('outOfFold', () => {
  it('says of each row what a model says that has not seen its fold', async () => {
    const labels = Array.from({ length: 24 }, (_, i) => i % 2);
    const folds = labels.map((_, i) => Math.floor(i / 2) % 3);
    const clear = Float32Array.from(labels, (label) => 4 * label - 2);
    const said = await outOfFold(clear, labels, 2, folds);
    expect(said.map(argMax)).toEqual(labels);
    const ofRow = Float32Array.from({ length: 24 * 24 }, (_, i) => (i % 25 === 0 ? 9 : 0)); // each row has a feature of its own
    const unseen = await outOfFold(ofRow, labels, 2, folds);
    for (const [probability = 0] of unseen) expect(probability).toBeCloseTo(0.5, 3);
  });
});
