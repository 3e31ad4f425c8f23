import { describe, expect, it } from 'vitest';
import { inferno } from '../../../../lib/explain/overlay';
import type { BandMap } from '../../../../lib/studies/prices/meanMapStage';
import { meanMapRows } from '../../../../lib/studies/prices/report/mapRows';
import { cents } from '../../../../lib/studies/prices/units';
import { map } from '../../../report/explainedPictures';
import { decoded } from '../../../report/pictureStore';

const bands: BandMap[] = [
  { low: cents(99), high: cents(499), games: 3, pictures: 1234, map: map(1, -2, 0, 0) },
  { low: cents(999), high: cents(999), games: 1, pictures: 1, map: map(4, 4, 4, 4) },
];

describe('mean maps by price', () => {
  it('show what raises above what lowers the price, with prices and counts, at one scale', async () => {
    const { rows, largest } = await meanMapRows(bands);
    expect(largest).toBe(4);
    expect(rows.map(({ caption }) => caption)).toEqual([
      'What **raises** the price on average',
      'What **lowers** the price on average',
    ]);
    expect(rows.map(({ pictures }) => pictures.map(({ caption }) => caption))).toEqual([
      [
        '**€0.99 to €4.99**, 1,234 pictures of 3 games: up to 1',
        '**€9.99**, 1 picture of 1 game: 4 everywhere alike',
      ],
      ['**€0.99 to €4.99**, 1,234 pictures of 3 games: up to 2', '**€9.99**, 1 picture of 1 game: nowhere'],
    ]);
    const first = await decoded(rows[0]!.pictures[0]!.src);
    const quarter = [...inferno.subarray(3 * 64, 3 * 65)]; // 1 of 4, as the nearest of 256 colours
    expect([...first.data.subarray(0, 3)]).toEqual(quarter);
    expect([...first.data.subarray(3, 6)]).toEqual([...inferno.subarray(0, 3)]);
  });

  it('are two empty rows for no bands', async () => {
    const { rows, largest } = await meanMapRows([]);
    expect([largest, rows.map(({ pictures }) => pictures)]).toEqual([0, [[], []]]);
  });
});
