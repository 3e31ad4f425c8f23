import { describe, expect, it } from 'vitest';
import { compareModels, modelNames } from '../../lib/metrics/modelComparison';
import { headline } from '../../lib/studies/prices/headline';
import { type AppId, type Cents, cents } from '../../lib/studies/prices/units';
import { expectClose, withCode } from '../data/close';

const priced = (prices: readonly number[]): Map<AppId, Cents> =>
  new Map(prices.map((price, i) => [String(i + 1) as AppId, cents(price)]));
const truth = priced([100, 300, 500, 1500, 0, 900, 2500, 400]);
const training = [0, 100, 500, 800, 3000];
const options = { seed: 1, resamples: 200 };
const close = { name: 'close', predicted: priced([...truth.values()].map((price) => price + 10)) };

describe('compareModels', () => {
  const results = compareModels(truth, [close], training, options);

  it('sets the models behind the mean and the median of the training prices', () => {
    expect(results.map(({ name }) => name)).toEqual([modelNames.mean, modelNames.median, 'close']);
    const errors = (price: number) =>
      [...truth.values()].reduce((sum, value) => sum + Math.abs(value - price), 0) / truth.size;
    expectClose(
      results.map((result) => result.headline.maeCents.estimate),
      [errors(880), errors(500), 10],
    );
  });

  it('compares each but the median with the median, game by game', () => {
    expect(results.map(({ versusMedian }) => versusMedian === null)).toEqual([false, true, false]);
    const { versusMedian } = results[2]!;
    const [, median] = results;
    expectClose(
      [versusMedian!.difference.maeCents.estimate, versusMedian!.maeRatio!.estimate],
      [10 - median!.headline.maeCents.estimate, 10 / median!.headline.maeCents.estimate],
    );
    expect(versusMedian!.difference.maeCents.high).toBeLessThan(0);
  });

  it('judges every model on the resamples that a headline of its own has', () => {
    const rows = [...truth].map(([id, price]) => ({
      id,
      truth: price,
      predicted: close.predicted.get(id)!,
    }));
    expect(results[2]!.headline).toEqual(headline(rows, options));
  });

  it('does not look at other games, and does not accept missing ones', () => {
    const more = { ...close, predicted: new Map([...close.predicted, ['999' as AppId, cents(1)]]) };
    expect(compareModels(truth, [more], training, options)).toEqual(results);
    const fewer = { ...close, predicted: new Map([...close.predicted].slice(1)) };
    expect(() => compareModels(truth, [fewer], training, options)).toThrow(/"close" .* game 1:/);
    expect(() => compareModels(truth, [], [], options)).toThrow(withCode('BAD_INPUT'));
    expect(() => compareModels(new Map(), [], training, options)).toThrow(withCode('BAD_INPUT'));
  });
});
