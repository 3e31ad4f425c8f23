import { describe, expect, it } from 'vitest';
import { pickExampleGames } from '../../../lib/studies/prices/exampleGames';
import { type AppId, cents, targetValue } from '../../../lib/studies/prices/units';

const picture = (game: number, image: number, price: number, truth: number) => ({
  prediction: {
    id: String(game) as AppId,
    image,
    file: `${image}.jpg`,
    part: 'test' as const,
    predicted: targetValue(0),
    price: cents(price),
    truth: cents(truth),
  },
});

describe('picking games', () => {
  const pictures = [
    picture(1, 0, 400, 500),
    picture(2, 1, 500, 100), // the cheapest
    picture(3, 2, 450, 450), // exact
    picture(4, 3, 600, 9000), // the dearest
    picture(2, 4, 900, 100),
    picture(5, 5, 100, 800), // far off
    picture(4, 6, 700, 9000),
  ];

  it('takes a cheap, a dear and a badly predicted one, each with all its pictures in their order', () => {
    const games = pickExampleGames(pictures);
    expect(games.map(({ kind, id, truth }) => [kind, id, truth])).toEqual([
      ['cheap', '2', 100],
      ['dear', '4', 9000],
      ['badly predicted', '5', 800],
    ]);
    expect(games.map((game) => game.pictures.map(({ prediction }) => prediction.image))).toEqual([
      [1, 4],
      [3, 6],
      [5],
    ]);
    expect(games[0]!.pictures[0]).toBe(pictures[1]); // with whatever else is known of it
  });

  it('takes other kinds on request, and fewer where there are not enough games', () => {
    expect(pickExampleGames(pictures, ['well predicted']).map(({ id }) => id)).toEqual(['3']);
    expect(pickExampleGames(pictures.slice(0, 1)).map(({ kind }) => kind)).toEqual(['cheap']);
    expect(pickExampleGames([])).toEqual([]);
  });
});
