import { describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import { r2Log } from '../../../lib/metrics/regression';
import { averageByGame, type GameFeatures } from '../../../lib/studies/prices/gameFeatures';
import { fitRidgeBaseline, predictRidgeBaseline } from '../../../lib/studies/prices/ridgeBaseline';
import { type AppId, type Cents, cents } from '../../../lib/studies/prices/units';
import { expectClose, withCode } from '../../data/close';
import { oracleArrays, oracleJson } from '../../oracle';

const { ridge } = oracleJson<{
  ridge: { games: number[]; price: number[]; training: number; alpha: number; predicted: number[] };
}>('evaluation');
const rows = oracleArrays('evaluation').features!.data; // [rows, 2, 2, 6]

const id = (number: number): AppId => String(number + 1) as AppId;
const pricesOf = (from: number, to: number): Map<AppId, Cents> =>
  new Map(ridge.price.slice(from, to).map((price, i) => [id(from + i), cents(price)]));
const features = averageByGame(ridge.games.map(id), 6, (some) =>
  some.flatMap((row) => [...rows.subarray(row * 24, (row + 1) * 24)]),
);
const all = ridge.price.map((_, i) => id(i));

describe('a ridge baseline', () => {
  const training = pricesOf(0, ridge.training);
  const fitted = fitRidgeBaseline(features, training, [ridge.alpha]);

  it('predicts the prices that scikit-learn predicts, as far as training prices reach', () => {
    const known = [...training.values()];
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const expected = ridge.predicted.map((price) => Math.min(high, Math.max(low, price)));
    expect(expected.filter((price, i) => price !== ridge.predicted[i]).length).toBeLessThan(10); // of 30
    expectClose(predictRidgeBaseline(fitted, features, all), expected, 1e-9); // the exponential of solutions of two linear systems
    expect([fitted.lowest, fitted.highest]).toEqual([low, high]);
  });

  it('is fitted to the games whose prices it is given and to no others', () => {
    const shown: GameFeatures = { ...features, values: features.values.slice() };
    all.slice(ridge.training).forEach((game) => {
      shown.values.fill(1e6, features.ids.indexOf(game) * 6, (features.ids.indexOf(game) + 1) * 6);
    });
    expect(fitRidgeBaseline(shown, training, [ridge.alpha])).toEqual(fitted);
  });

  it('leaves out training games without pictures', () => {
    const more = new Map([...training, ['999' as AppId, cents(1)]]);
    expect(fitRidgeBaseline(features, more, [ridge.alpha])).toEqual(fitted);
  });

  it('finds a price that the features tell, with the penalty it chooses itself', () => {
    const { normal } = random(3, 'ridge baseline test');
    const dims = 20;
    const values = Float64Array.from({ length: 80 * dims }, normal);
    const games = Array.from({ length: 80 }, (_, i) => id(i));
    const truth = games.map((_, i) => cents(Math.exp(6 + values[i * dims]! + 0.1 * normal())));
    const drawn = { ids: games, dims, values };
    const prices = new Map(games.slice(0, 60).map((game, i) => [game, truth[i]!]));
    const predicted = predictRidgeBaseline(fitRidgeBaseline(drawn, prices), drawn, games.slice(60));
    expect(r2Log(truth.slice(60), predicted)).toBeGreaterThan(0.9);
  });

  it('never leaves the range of the training prices, however far the features do', () => {
    const far = { ...features, values: features.values.map((value) => value * 1e4) };
    for (const price of predictRidgeBaseline(fitted, far, all)) {
      expect(price >= fitted.lowest && price <= fitted.highest).toBe(true);
    }
  });

  it('needs two games, prices that are none negative, and features of the games asked for', () => {
    expect(() => fitRidgeBaseline(features, new Map())).toThrow(withCode('BAD_INPUT'));
    expect(() => fitRidgeBaseline(features, pricesOf(0, 1))).toThrow(withCode('BAD_INPUT'));
    const negative = new Map([...training, [id(0), cents(-1)]]);
    expect(() => fitRidgeBaseline(features, negative)).toThrow(withCode('BAD_INPUT'));
    expect(() => predictRidgeBaseline(fitted, features, ['999' as AppId])).toThrow(withCode('BAD_INPUT'));
  });
});
