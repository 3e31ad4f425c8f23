import { describe, expect, it } from 'vitest';
import { gameRows } from '../../../../lib/studies/prices/report/gamePictures';
import { type AppId, cents } from '../../../../lib/studies/prices/units';
import { decoded, pictureStore } from '../../../report/pictureStore';

const pictures = pictureStore();
const [ten, twenty] = ['10', '20'] as AppId[] as [AppId, AppId];
const titles = new Map([[ten, 'Ten']]);
const games = [
  { id: ten, truth: cents(999), predicted: cents(1050) },
  { id: twenty, truth: cents(0), predicted: cents(100) },
];
/** Rows 0 to 3 are of the first game, 4 and 5 of the second. */
const predicted = [0, 1, 2, 3, 5].map((image) => ({
  id: image < 4 ? ten : twenty,
  image,
  predicted: { output: [], price: cents(100 * (image + 1)) },
}));

describe('rows of games', () => {
  it('show the pictures of each game and of no other, each with its own prediction', async () => {
    const rows = await gameRows(games, predicted, pictures.store(), titles, 3);
    expect(rows.map(({ caption }) => caption)).toEqual([
      '**Ten** costs €9.99; from 4 pictures €10.50 is predicted.',
      '**20** costs €0.00; from its one picture €1.00 is predicted.',
    ]);
    expect(rows.map((row) => row.pictures.map(({ caption }) => caption))).toEqual([
      ['€1.00', '€2.00', '€3.00'],
      ['€6.00'],
    ]);
    expect(rows[0]!.pictures[1]!.alt).toBe('Ten, predicted €2.00');
    const { data, size } = await decoded(rows[1]!.pictures[0]!.src);
    expect(size).toBe('32 × 32 × 3');
    const middle = (16 * 32 + 16) * 3;
    expect(data[middle + 2]! - data[middle]!).toBeGreaterThan(200); // the last picture is blue
  });
});
