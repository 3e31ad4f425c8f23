import { describe, expect, it } from 'vitest';
import { encodeSquare } from '../../../../lib/report/gallery';
import type { Judgement } from '../../../../lib/studies/prices/judgement';
import {
  averagingCurves,
  stripsByPrice,
  threeGameRows,
  threeGames,
} from '../../../../lib/studies/prices/report/severalPictures';
import {
  fitTarget,
  type PricePrediction,
  predictedOf,
  toTarget,
} from '../../../../lib/studies/prices/target';
import { cents } from '../../../../lib/studies/prices/units';
import { pictureStore } from '../../../report/pictureStore';

const scaler = fitTarget('log1p', [99, 499, 999, 1999].map(cents));
const titles = new Map([['1', 'One']]);
const game = (id: string, truth: number, predicted: number): Judgement['games'][number] => ({
  ...{ id, truth: cents(truth), predicted: cents(predicted), images: 2 },
  ...{ low: cents(predicted), high: cents(predicted) },
});
const picture = (id: string, price: number, image = 0) =>
  ({
    id,
    image,
    part: 'test',
    predicted: predictedOf(scaler, [toTarget(scaler, cents(price))]),
  }) as PricePrediction; // what is read of it
const games = [game('3', 1999, 900), game('1', 0, 99), game('2', 499, 499), game('4', 999, 700)];
const pictures = ['1', '2', '3', '4'].flatMap((id) => [picture(id, 400, 0), picture(id, 800, 1)]);

describe('games with several pictures', () => {
  const { store } = pictureStore();

  it('stand by price in a chart, with what each picture says, and the picture', async () => {
    const strips = await stripsByPrice(games, pictures, titles, store());
    expect(strips.map(({ title, truth }) => [title, truth])).toEqual([
      ['One', 0],
      ['2', 499],
      ['4', 999],
      ['3', 1999],
    ]);
    expect(strips[0]!.images.map(({ predicted }) => Math.round(predicted))).toEqual([400, 800]);
    expect(strips[0]!.images.map(({ picture }) => picture)).toEqual(
      await Promise.all([0, 1].map((row) => encodeSquare(store().readOne(row), store().size))),
    );
    expect(await stripsByPrice(games, pictures, titles, store(), 2)).toHaveLength(2);
  });

  it('are averaged in four ways, each with its error at every number of pictures', () => {
    const prices = new Map(games.map(({ id, truth }) => [id, truth]));
    const curves = averagingCurves(pictures, prices, scaler, 1);
    expect(curves.map(({ points }) => points.map(({ count }) => count))).toEqual(Array(4).fill([1, 2]));
    expect(curves[3]!.points[1]!.error).toBeCloseTo((600 + 101 + 1399 + 399) / 4, 6); // the mean of 400 and 800
  });

  it('are chosen by price among those that cost something', () => {
    expect(threeGames(games).map(({ id }) => id)).toEqual(['2', '4', '4']);
    expect(threeGameRows(threeGames(games))[0]).toEqual({
      measure: 'A cheap game',
      ours: '€4.99 for €4.99',
      original: '€10.50 for €19.50 (1537910)',
    });
    expect(threeGameRows([])).toEqual([]);
  });
});
