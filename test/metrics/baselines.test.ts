import { describe, expect, it } from 'vitest';
import { evaluateBaselines, fitBaselines } from '../../lib/metrics/baselines';
import { fitTarget } from '../../lib/studies/prices/target';
import { cents } from '../../lib/studies/prices/units';
import { expectClose, withCode } from '../data/close';
import { oracleJson } from '../oracle';

interface Stats {
  metrics: { y: number[]; baseline_mean: { mse: number; mae: number }; baseline_median: { mae: number } };
  trimmed: { mean: number; median: number };
}
const { metrics, trimmed } = oracleJson<Stats>('stats');
const { y } = metrics;
const scaler = fitTarget('standardized', y);

describe('the baselines', () => {
  it('are the mean and the median of the training prices', () => {
    const [first, second] = fitBaselines(y);
    expect([first?.name, second?.name]).toEqual(['mean', 'median']);
    expectClose([first!.price, second!.price], [trimmed.mean, trimmed.median]);
  });

  it('have the errors that numpy gives them', () => {
    const [first, second] = evaluateBaselines(fitBaselines(y), y.map(cents), scaler);
    expectClose(
      [first!.evaluation.mseCents, first!.evaluation.maeCents, second!.evaluation.maeCents],
      [metrics.baseline_mean.mse, metrics.baseline_mean.mae, metrics.baseline_median.mae],
    );
    // The mean of its own training prices: one standardized unit of squared error, no spread, no correlation.
    expectClose([first!.evaluation.mseStandardized], [1]);
    expect(first!.evaluation).toMatchObject({ spreadRatio: 0, pearson: 0, spearman: 0 });
  });

  it('do not change with the games they are evaluated on', () => {
    const [first] = evaluateBaselines(fitBaselines([100, 300]), [cents(1000)], scaler);
    expect(first).toMatchObject({ name: 'mean', price: 200, evaluation: { maeCents: 800 } });
  });

  it('cannot be fitted to no prices or to prices that are none', () => {
    expect(() => fitBaselines([])).toThrow(withCode('BAD_INPUT'));
    expect(() => fitBaselines([-1])).toThrow(withCode('BAD_INPUT'));
  });
});
