import { describe, expect, it } from 'vitest';
import { compareModels, headline } from '../../lib/metrics/headline';
import { expectClose, withCode } from '../data/close';

const valued = (values: readonly number[]): Map<string, number> =>
  new Map(values.map((value, i) => [String(i + 1), value]));
const names = { mean: 'the mean', median: 'the median' };
const truth = valued([100, 300, 500, 1500, 0, 900, 2500, 400]);
const training = [0, 100, 500, 800, 3000];
const options = { seed: 1, resamples: 200 };
const close = { name: 'close', predicted: valued([...truth.values()].map((value) => value + 10)) };

describe('compareModels', () => {
  const results = compareModels(truth, [close], training, names, options);

  it('sets the models behind the mean and the median of the training labels', () => {
    expect(results.map(({ name }) => name)).toEqual(['the mean', 'the median', 'close']);
    const errors = (constant: number) =>
      [...truth.values()].reduce((sum, value) => sum + Math.abs(value - constant), 0) / truth.size;
    expectClose(
      results.map((result) => result.headline.mae.estimate),
      [errors(880), errors(500), 10],
    );
  });

  it('compares each but the median with the median, item by item', () => {
    expect(results.map(({ versusMedian }) => versusMedian === null)).toEqual([false, true, false]);
    const { versusMedian } = results[2]!;
    const [, median] = results;
    expectClose(
      [versusMedian!.difference.estimate, versusMedian!.ratio!.estimate],
      [10 - median!.headline.mae.estimate, 10 / median!.headline.mae.estimate],
    );
    expect(versusMedian!.difference.high).toBeLessThan(0);
  });

  it('judges every model on the resamples that a headline of its own has', () => {
    const rows = [...truth].map(([id, value]) => ({
      id,
      truth: value,
      predicted: close.predicted.get(id)!,
    }));
    expect(results[2]!.headline).toEqual(headline(rows, options));
  });

  it('does not look at other items, and does not accept missing ones', () => {
    const more = { ...close, predicted: new Map([...close.predicted, ['999', 1]]) };
    expect(compareModels(truth, [more], training, names, options)).toEqual(results);
    const fewer = { ...close, predicted: new Map([...close.predicted].slice(1)) };
    expect(() => compareModels(truth, [fewer], training, names, options)).toThrow(/"close" .* for 1:/);
    expect(() => compareModels(truth, [], [], names, options)).toThrow(withCode('BAD_INPUT'));
    expect(() => compareModels(new Map(), [], training, names, options)).toThrow(withCode('BAD_INPUT'));
  });
});
