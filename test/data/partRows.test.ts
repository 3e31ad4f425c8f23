import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../lib/core/concepts';
import { dealRows } from '../../lib/data/partRows';
import { parts, type Split } from '../../lib/data/split';
import type { ImageStore, StoreColumns } from '../../lib/images/store';

describe('dealing rows to the parts', () => {
  /** A store of which only the columns that are dealt by are there. */
  const storeOf = (pictures: readonly { id: string; hash: string }[]): Pick<ImageStore, 'index'> => {
    const columns: Partial<StoreColumns> = {
      item: pictures.map(({ id }) => id),
      file: pictures.map((_, i) => `${i}.jpg`),
      sha256: pictures.map(({ hash }) => hash),
    };
    return { count: pictures.length, index: { columns } } as ImageStore; // what is looked at
  };
  const id = (number: number): string => String(number);
  const split: Split = {
    training: [1, 2, 3].map(id),
    validation: [4, 5].map(id),
    test: [6].map(id),
  };
  const partOfItem = (item: string): Part | undefined => parts.find((part) => split[part].includes(item));

  it('leaves no picture in two parts, and takes away no more than that needs', () => {
    // Item 7 is in no part.
    const picture = fc.record({
      id: fc.integer({ min: 1, max: 7 }).map(id),
      hash: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    });
    fc.assert(
      fc.property(fc.array(picture, { maxLength: 20 }), (pictures) => {
        const { rows, withheld } = dealRows(storeOf(pictures), split);
        const dealt = parts.flatMap((part) => rows[part]);
        const inSplit = pictures.flatMap(({ id }, row) => (partOfItem(id) ? [row] : []));
        expect([...dealt, ...withheld].sort((a, b) => a - b)).toEqual(inSplit);
        const last = (hash: string): number =>
          Math.max(...inSplit.filter((row) => pictures[row]!.hash === hash).map((row) => rank(row)));
        const rank = (row: number): number => parts.indexOf(partOfItem(pictures[row]!.id)!); // rows in the split
        for (const [i, part] of parts.entries()) {
          expect(rows[part]).toEqual(
            inSplit.filter((row) => rank(row) === i && last(pictures[row]!.hash) === i),
          );
        }
      }),
    );
  });

  it('keeps pictures that are the same within one part', () => {
    const twice = [1, 2].map((item) => ({ id: id(item), hash: 'a' }));
    expect(dealRows(storeOf(twice), split)).toEqual({
      rows: { training: [0, 1], validation: [], test: [] },
      leaks: { items: [], pictures: [] },
      withheld: [],
    });
  });
});
