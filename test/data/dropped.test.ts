import { describe, expect, it } from 'vitest';
import { countDropped } from '../../lib/data/dropped';
import { type Catalogue, type DroppedRow, parseCatalogue } from '../../lib/studies/prices/catalogue';

const catalogue = (dropped: DroppedRow[]): Catalogue => ({
  file: 'games.csv',
  rows: dropped.length,
  columns: ['appid', 'price'],
  games: [],
  dropped,
});

describe('the dropped rows', () => {
  it('are counted by reason, most frequent first, with what the file says in which line', () => {
    const table = 'appid,price\n10,100\n"1,020",200\n20,\n30,-5\n"2,020",1\n10,300\n';
    expect(countDropped(parseCatalogue(table, 'games.csv'))).toEqual([
      {
        reason: 'malformed-appid',
        rows: 2,
        examples: 'line 3: appid "1,020", price "200"; line 6: appid "2,020", price "1"',
      },
      { reason: 'duplicate-appid', rows: 1, examples: 'line 7: appid "10", price "300"' },
      { reason: 'missing-price', rows: 1, examples: 'line 4: appid "20", price ""' },
      { reason: 'negative-price', rows: 1, examples: 'line 5: appid "30", price "-5"' },
    ]);
  });

  it('are none when no row was dropped', () => {
    expect(countDropped(catalogue([]))).toEqual([]);
  });

  it('are all counted, but only some shown', () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({
      line: i + 2,
      reason: 'missing-price' as const,
      id: String(i),
      price: '',
      title: '',
    }));
    const [three] = countDropped(catalogue(rows));
    expect(three).toMatchObject({ rows: 100 });
    expect(three?.examples.split('; ')).toEqual(
      [0, 1, 2].map((i) => `line ${i + 2}: appid "${i}", price ""`),
    );
    expect(countDropped(catalogue(rows), 1)[0]?.examples).toBe('line 2: appid "0", price ""');
  });
});
