import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../lib/metrics/regression';
import { tableHtml } from '../../../../lib/report/tables';
import {
  targetColumns,
  targetFigures,
  targetRows,
  trainingCurves,
} from '../../../../lib/studies/prices/report/modelFacts';
import type { TargetKind } from '../../../../lib/studies/prices/target';
import { chooseTarget, type TargetResult } from '../../../../lib/studies/prices/targets';
import { cents } from '../../../../lib/studies/prices/units';
import type { TrainingHistory } from '../../../../lib/training/train';

const truth = Array.from({ length: 12 }, (_, i) => cents([0, 499, 999, 1999][i % 4]!)); // four prices
const result = (kind: TargetKind, off: number, gap: number | null): TargetResult => ({
  kind,
  rule: kind === 'hurdle' ? 'mean' : null,
  epochs: 9,
  bestEpoch: 4,
  evaluation: evaluate(
    truth,
    truth.map((price) => price + off),
  ),
  gap:
    gap === null ? null : { estimate: gap, low: gap - 5, high: gap + 5, confidence: 0.95, resamples: 2000 },
});
const tried = chooseTarget('auto', [
  result('log1p', 20, null),
  result('standardized', 30, 10),
  result('hurdle', 10, -10),
]);

describe('the targets in a table', () => {
  it('have a line each, the chosen one marked, a hurdle with its rule', () => {
    const rows = targetRows(tried);
    expect(rows.map(({ target, chosen, best, mae }) => [target, chosen, best, mae])).toEqual([
      ['log1p', false, '4 of 9', 20],
      ['standardized', false, '4 of 9', 30],
      ['hurdle, mean', true, '4 of 9', 10],
    ]);
    const html = tableHtml(rows, targetColumns, { caption: 'Targets' });
    expect(html.match(/>yes</g)).toHaveLength(1);
    expect(html.replace(/\u2060|<\/?span[^>]*>/g, '')).toContain('−€0.10 (−€0.15 to −€0.05)'); // the hurdle beside the first
    expect(html).not.toMatch(/undefined|NaN/);
  });

  it('stand in results.json with the choice', () => {
    expect(targetFigures(tried)).toEqual({
      'target.kind': 'hurdle',
      'target.setting': 'auto',
      'target.why': tried.why,
      'validation.log1p.mae_cents': 20,
      'validation.standardized.mae_cents': 30,
      'validation.hurdle.mae_cents': 10,
    });
  });
});

describe('the curves of a training', () => {
  it('say what the loss of the target is made of', () => {
    const epoch = { training: { loss: 2, mae: 1 }, validation: { loss: 3, mae: 1.5 } };
    const history = { epochs: [epoch] } as unknown as TrainingHistory; // all that is looked at
    const [loss, error] = trainingCurves(history, 'hurdle');
    expect(loss).toEqual({
      measure: 'Loss (cross-entropy + ½ squared error + L2)',
      training: [2],
      validation: [3],
    });
    expect(error).toMatchObject({ training: [1], validation: [1.5] });
    expect(trainingCurves(history, 'log1p')[0]!.measure).toBe('Loss (MSE + L2)');
  });
});
