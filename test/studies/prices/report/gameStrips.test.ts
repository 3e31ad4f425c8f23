import { describe, expect, it } from 'vitest';
import type { ExampleGame } from '../../../../lib/studies/prices/examples';
import type { SidedPrediction } from '../../../../lib/studies/prices/explainStage';
import { gameStrips } from '../../../../lib/studies/prices/report/mapRows';
import { cents } from '../../../../lib/studies/prices/units';
import { map, sided, sourceOf } from '../../../report/explainedPictures';
import { decoded, pictureStore } from '../../../report/pictureStore';

const { folder, store } = pictureStore();

const game = (kind: ExampleGame['kind'], pictures: SidedPrediction[]): ExampleGame<SidedPrediction> => ({
  kind,
  id: pictures[0]!.prediction.id, // games have pictures
  truth: cents(1999),
  pictures,
});

/** The alpha in the upper left corner. */
const corner = async (over: string | Uint8Array | undefined): Promise<number> =>
  (await decoded(over!)).data[3]!; // of a picture under a map

describe('strips of games', () => {
  it('hold all pictures of each game under what makes it cheap or dear, with the predictions, at a scale of its own', async () => {
    const cheap = game('cheap', [
      sided(4, map(-1, -1, -1, -1)),
      sided(5, map(9, 9, 9, 9)),
      sided(4, map(-2, -2, -2, -2)),
    ]);
    const dear = game('dear', [sided(0, map(0.5, 0.5, 0.5, 0.5))]);
    const rows = await gameStrips([cheap, dear], sourceOf(folder, store()), 'units');
    expect(rows.map(({ caption }) => caption)).toEqual([
      '**cheap**: Game <20>, €19.99; what **lowers** the price in its 3 pictures, with the price predicted from each; brightest colour: 2 units',
      '**dear**: Game <10>, €19.99; what **raises** the price in its one picture, with the price predicted from each; brightest colour: 0.5000 units',
    ]);
    expect(rows.map(({ pictures }) => pictures.map(({ caption }) => caption))).toEqual([
      ['€12.34: 1 everywhere alike', '€12.34: nowhere', '€12.34: 2 everywhere alike'],
      ['€12.34: 0.5000 everywhere alike'],
    ]);
    expect(rows[0]!.pictures[1]!.alt).toBe('What lowers the price in picture 2 of Game <20>');
    const alphas = rows.flatMap(({ pictures }) => pictures.map(({ over }) => corner(over)));
    expect(await Promise.all(alphas)).toEqual([128, 0, 255, 255]); // 1, 0 and 2 of 2; 0.5 of 0.5
  });

  it('show of a badly predicted game what led it astray', async () => {
    const bad = (truth: number) => ({
      ...game('badly predicted', [sided(0, map(1, -1, 1, 1))]),
      truth: cents(truth),
    });
    const rows = await gameStrips([bad(499), bad(4999)], sourceOf(folder, store()), 'units');
    expect(rows.map(({ caption }) => /what \*\*(\w+)\*\*/.exec(caption ?? '')?.[1])).toEqual([
      'raises',
      'lowers',
    ]); // €12.34 for each
  });

  it('are none for no games', async () => {
    expect(await gameStrips([], sourceOf(folder, store()), 'units')).toEqual([]);
  });
});
