import { describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import { r2Log } from '../../../lib/metrics/regression';
import { averageByGame, type GameFeatures } from '../../../lib/studies/prices/gameFeatures';
import { ridgePrices } from '../../../lib/studies/prices/pictureBaselines';
import { type AppId, type Cents, cents } from '../../../lib/studies/prices/units';
import { expectClose, withCode } from '../../data/close';
import { oracleArrays, oracleJson } from '../../oracle';

const { ridge } = oracleJson<{
  ridge: { games: number[]; price: number[]; training: number; alpha: number; predicted: number[] };
}>('evaluation');
const rows = oracleArrays('evaluation').features!.data; // [rows, 2, 2, 6]

const id = (number: number): AppId => String(number + 1);
const pricesOf = (from: number, to: number): Map<AppId, Cents> =>
  new Map(ridge.price.slice(from, to).map((price, i) => [id(from + i), cents(price)]));
const features = averageByGame(ridge.games.map(id), 6, (some) =>
  some.flatMap((row) => [...rows.subarray(row * 24, (row + 1) * 24)]),
);
const all = ridge.price.map((_, i) => id(i));

describe('a ridge baseline', () => {
  const training = pricesOf(0, ridge.training);
  const known = [...training.values()];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const fitted = ridgePrices(features, training, all, [ridge.alpha]);

  it('predicts the prices that scikit-learn predicts, as far as training prices reach', () => {
    const expected = ridge.predicted.map((price) => Math.min(high, Math.max(low, price)));
    expect(expected.filter((price, i) => price !== ridge.predicted[i]).length).toBeLessThan(10); // of 30
    expectClose(fitted, expected, 1e-9); // the exponential of solutions of two linear systems
  });

  it('is fitted to the games whose prices it is given and to no others', () => {
    const shown: GameFeatures = { ...features, values: features.values.slice() };
    all.slice(ridge.training).forEach((game) => {
      shown.values.fill(1e6, features.ids.indexOf(game) * 6, (features.ids.indexOf(game) + 1) * 6);
    });
    const seen = all.slice(0, ridge.training);
    expect(ridgePrices(shown, training, seen, [ridge.alpha])).toEqual(fitted.slice(0, ridge.training));
  });

  it('leaves out training games without pictures', () => {
    const more = new Map([...training, ['999', cents(1)]]);
    expect(ridgePrices(features, more, all, [ridge.alpha])).toEqual(fitted);
  });

  it('finds a price that the features tell, with the penalty it chooses itself', () => {
    const { normal } = random(3, 'ridge baseline test');
    const dims = 20;
    const values = Float64Array.from({ length: 80 * dims }, normal);
    const games = Array.from({ length: 80 }, (_, i) => id(i));
    const truth = games.map((_, i) => cents(Math.exp(6 + values[i * dims]! + 0.1 * normal())));
    const drawn = { ids: games, dims, values };
    const prices = new Map(games.slice(0, 60).map((game, i) => [game, truth[i]!]));
    const predicted = ridgePrices(drawn, prices, games.slice(60));
    expect(r2Log(truth.slice(60), predicted)).toBeGreaterThan(0.9);
  });

  it('never leaves the range of the training prices, however far the features do', () => {
    const far = features.values.map((value, i) => (i < ridge.training * 6 ? value : value * 1e4));
    for (const price of ridgePrices({ ...features, values: far }, training, all, [ridge.alpha])) {
      expect(price).toBeGreaterThanOrEqual(low - 1e-9 * high); // logarithm and exponential round
      expect(price).toBeLessThanOrEqual(high + 1e-9 * high);
    }
  });

  it('needs two games, prices that are none negative, and features of the games asked for', () => {
    expect(() => ridgePrices(features, new Map(), all)).toThrow(withCode('BAD_INPUT'));
    expect(() => ridgePrices(features, pricesOf(0, 1), all)).toThrow(withCode('BAD_INPUT'));
    const negative = new Map([...training, [id(0), cents(-1)]]);
    expect(() => ridgePrices(features, negative, all)).toThrow(withCode('BAD_INPUT'));
    expect(() => ridgePrices(features, training, ['999'])).toThrow(withCode('BAD_INPUT'));
  });
});
