import { describe, expect, it } from 'vitest';
import { evaluateBaselines, fitBaselines } from '../../lib/metrics/baselines';
import { expectClose, withCode } from '../data/close';
import { oracleJson } from '../oracle';

interface Stats {
  metrics: { y: number[]; baseline_mean: { mse: number; mae: number }; baseline_median: { mae: number } };
  trimmed: { mean: number; median: number };
}
const { metrics, trimmed } = oracleJson<Stats>('stats');
const { y } = metrics;

describe('the baselines', () => {
  it('are the mean and the median of the training labels', () => {
    const [first, second] = fitBaselines(y);
    expect([first?.name, second?.name]).toEqual(['mean', 'median']);
    expectClose([first!.value, second!.value], [trimmed.mean, trimmed.median]);
  });

  it('have the errors that numpy gives them', () => {
    const [first, second] = evaluateBaselines(y, y);
    expectClose(
      [first!.evaluation.mse, first!.evaluation.mae, second!.evaluation.mae],
      [metrics.baseline_mean.mse, metrics.baseline_mean.mae, metrics.baseline_median.mae],
    );
    // The mean of its own training labels explains nothing and has neither spread nor correlation.
    expectClose([first!.evaluation.r2], [0]);
    expect(first!.evaluation).toMatchObject({ spreadRatio: 0, pearson: 0, spearman: 0 });
  });

  it('do not change with the items they are evaluated on', () => {
    const [first] = evaluateBaselines([100, 300], [1000]);
    expect(first).toMatchObject({ name: 'mean', value: 200, evaluation: { mae: 800 } });
  });

  it('cannot be fitted to no labels or to negative ones', () => {
    expect(() => fitBaselines([])).toThrow(withCode('BAD_INPUT'));
    expect(() => fitBaselines([-1])).toThrow(withCode('BAD_INPUT'));
  });
});
