import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLeaks, type LeakRow } from '../../lib/data/leaks';
import { parts } from '../../lib/data/split';

const row = (id: string, part: string, hash: string, file = `${id}/${hash}.jpg`) =>
  ({ id, part, hash, file }) as LeakRow;

describe('findLeaks', () => {
  it('finds nothing when games and pictures stay in their part', () => {
    const rows = [row('10', 'training', 'a'), row('10', 'training', 'a'), row('20', 'test', 'b')];
    expect(findLeaks(rows)).toEqual({ items: [], pictures: [] });
    expect(findLeaks([])).toEqual({ items: [], pictures: [] });
  });

  it('finds a game that is in two parts', () => {
    const rows = [row('10', 'test', 'a'), row('20', 'test', 'c'), row('10', 'training', 'b')];
    expect(findLeaks(rows)).toEqual({ items: [{ id: '10', parts: ['training', 'test'] }], pictures: [] });
  });

  it('finds a picture that two games in different parts share, with everyone that shows it', () => {
    const rows = [
      row('10', 'training', 'logo', '10/1.jpg'),
      row('20', 'training', 'logo', '20/7.jpg'),
      row('30', 'validation', 'own', '30/1.jpg'),
      row('40', 'test', 'logo', '40/3.jpg'),
    ];
    expect(findLeaks(rows)).toEqual({
      items: [],
      pictures: [
        {
          hash: 'logo',
          parts: ['training', 'test'],
          pictures: [
            { id: '10', file: '10/1.jpg', part: 'training' },
            { id: '20', file: '20/7.jpg', part: 'training' },
            { id: '40', file: '40/3.jpg', part: 'test' },
          ],
        },
      ],
    });
  });

  it('finds exactly the pictures that a comparison of every pair finds', () => {
    const rows = fc.array(
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom(...parts), fc.constantFrom('a', 'b', 'c', 'd'))
        .map(([id, part, hash]) => row(String(id), part, hash)),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(rows, (rows) => {
        const crossing = (key: 'hash' | 'id') =>
          new Set(
            rows
              .filter((a) => rows.some((b) => a[key] === b[key] && a.part !== b.part))
              .map((leak) => leak[key]),
          );
        const leaks = findLeaks(rows);
        expect(leaks.pictures.map((leak) => leak.hash)).toEqual([...crossing('hash')]);
        expect(leaks.items.map((leak) => leak.id)).toEqual([...crossing('id')]);
      }),
    );
  });
});
