import { describe, expect, it } from 'vitest';
import { featureMap, gameRows } from '../../../../lib/studies/prices/report/gamePictures';
import { type AppId, cents } from '../../../../lib/studies/prices/units';
import { expectClose, withCode } from '../../../data/close';
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
  price: cents(100 * (image + 1)),
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

describe('the map of games', () => {
  const features = { ids: [ten, twenty], dims: 2, values: Float64Array.of(0, 1, 4, 1) };

  it('has a point for each game, with its price and its first picture without the padding', async () => {
    const chart = await featureMap(games, predicted, features, pictures.store(), titles);
    const [trace] = chart.traces;
    const x = trace!.x as number[];
    expectClose([Math.abs(x[0]! - x[1]!)], [2], 1e-9); // features are standardized first
    expect(trace!.customdata).toEqual(['<b>Ten</b><br>€9.99', '<b>20</b><br>€0.00']);
    const [first, second] = chart.pictures![0]!;
    expect((await decoded(first!)).size).toBe('32 × 18 × 3');
    expect((await decoded(second!)).size).toMatch(/^\d+ × 32 × 3$/); // 20 × 30 pixels
  });

  it('leaves out games without a picture, and refuses one without features', async () => {
    const store = pictures.store();
    const one = await featureMap(games, predicted.slice(0, 4), features, store, titles);
    expect(one.traces[0]!.x).toHaveLength(1);
    const lacking = { ...features, ids: [ten, '30'] };
    await expect(featureMap(games, predicted, lacking, store, titles)).rejects.toEqual(withCode('BAD_INPUT'));
  });
});
