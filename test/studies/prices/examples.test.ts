import { describe, expect, it } from 'vitest';
import { pickExampleGames, pickExamples } from '../../../lib/studies/prices/examples';
import type { PricePrediction } from '../../../lib/studies/prices/target';
import { cents } from '../../../lib/studies/prices/units';

describe('picking examples', () => {
  const prediction = (game: number, predicted: number, price: number, truth: number): PricePrediction => ({
    id: String(game),
    image: 10 * game + predicted,
    file: `${game}.jpg`,
    part: 'test',
    predicted: { output: [predicted], price: cents(price) },
    label: cents(truth),
  });

  it('takes the cheapest, the dearest, then the best and worst predictions of the rest, one picture a game', () => {
    const games = [
      prediction(1, 0, 500, 100), // a cheap one
      prediction(2, 0, 500, 200),
      prediction(3, 0, 300, 300), // exact
      prediction(4, 0, 900, 400), // off by a factor of 2¼
      prediction(5, 0, 490, 500), // nearly
      prediction(6, 0, 600, 900),
      prediction(7, 0, 600, 5000), // a dear one, and far off
      prediction(8, 0, 600, 4000),
    ];
    const kindsOf = (each: number): string[] =>
      pickExamples(games, each).map((example) => `${example.kind}: ${example.prediction.id}`);
    expect(kindsOf(1)).toEqual(['cheap: 1', 'dear: 7', 'well predicted: 3', 'badly predicted: 8']);
    expect(kindsOf(2)).toEqual([
      'cheap: 1',
      'cheap: 2',
      'dear: 7',
      'dear: 8',
      'well predicted: 3',
      'well predicted: 5',
      'badly predicted: 4',
      'badly predicted: 6',
    ]);
    expect(kindsOf(0)).toEqual([]);
  });

  it('shows of a game the picture in the middle of its predictions', () => {
    const pictures = [5, 1, 3].map((predicted) => prediction(1, predicted, 100 * predicted, 100));
    expect(pickExamples(pictures, 2)).toEqual([{ kind: 'cheap', prediction: pictures[2] }]);
  });

  it('takes fewer when there are not enough games, and none from none', () => {
    const games = [1, 2, 3].map((game) => prediction(game, 0, 100, 100 * game));
    expect(pickExamples(games, 2).map(({ kind }) => kind)).toEqual(['cheap', 'cheap', 'dear']);
    expect(pickExamples([], 2)).toEqual([]);
  });
});

const map = { width: 1, height: 1, values: Float32Array.of(0) };
const picture = (game: number, image: number, price: number, truth: number) => ({
  ...{ map, raises: map, lowers: map },
  prediction: {
    id: String(game),
    image,
    file: `${image}.jpg`,
    part: 'test' as const,
    predicted: { output: [0], price: cents(price) },
    label: cents(truth),
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
    expect(pickExampleGames(pictures.slice(0, 1)).map(({ kind }) => kind)).toEqual(['cheap']);
    expect(pickExampleGames([])).toEqual([]);
  });
});
