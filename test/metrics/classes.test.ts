import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part, Prediction } from '../../lib/core/concepts';
import { confusionMatrix, evaluateClasses, evaluateTest, majorityClass } from '../../lib/metrics/classes';
import { expectClose, withCode } from '../data/close';
import { oracleJson } from '../oracle';

interface Row {
  precision: number;
  recall: number;
  'f1-score': number;
  support: number;
}
interface Case {
  kind: string;
  logits: number[][];
  y_true: number[];
  y_pred: number[];
  classes: string[];
  confusion: number[][];
  report: Record<string, Row>;
  accuracy: number;
  balanced_accuracy: number | null;
}
const { cases } = oracleJson<{ cases: Case[] }>('classes/metrics');
const options = { seed: 1, resamples: 200 };

describe('evaluateClasses', () => {
  it.each(cases.map((one) => [one.kind, one] as const))(
    'has the figures of scikit-learn: %s',
    (_kind, one) => {
      const found = evaluateClasses(one.y_true, one.y_pred, one.classes, options);
      expect(found.confusion).toEqual(one.confusion);
      expectClose([found.accuracy.share], [one.accuracy], 1e-12);
      if (one.balanced_accuracy !== null) {
        expectClose([found.balancedAccuracy.estimate], [one.balanced_accuracy], 1e-12);
      }
      expectClose([found.macroF1.estimate], [one.report['macro avg']!['f1-score']], 1e-12);
      const averages = [found.macro, found.weighted].flatMap(({ precision, recall, f1 }) => [
        precision.estimate,
        recall.estimate,
        f1.estimate,
      ]);
      const expected = ['macro avg', 'weighted avg'].flatMap((name) => {
        const row = one.report[name]!;
        return [row.precision, row.recall, row['f1-score']];
      });
      expectClose(averages, expected, 1e-12);
      for (const { name, precision, recall, f1, support } of found.classes) {
        const row = one.report[name]!;
        expect(support).toBe(row.support);
        expectClose([precision, recall, f1], [row.precision, row.recall, row['f1-score']], 1e-12);
      }
    },
  );

  it('has every figure within its interval, and the same again for a seed', () => {
    const { y_true, y_pred, classes } = cases[0]!;
    const found = evaluateClasses(y_true, y_pred, classes, options);
    for (const { estimate, low, high } of [found.balancedAccuracy, found.macroF1]) {
      expect(low < estimate && estimate < high).toBe(true);
    }
    expect(found.accuracy.low < found.accuracy.share && found.accuracy.share < found.accuracy.high).toBe(
      true,
    );
    expect(evaluateClasses(y_true, y_pred, classes, options)).toEqual(found);
  });

  it('has wider intervals where several rows are of one item, which are drawn together', () => {
    const { y_true, y_pred, classes } = cases[0]!;
    const four = <T>(values: readonly T[]): T[] => values.flatMap((value) => [value, value, value, value]);
    const [truth, predicted] = [four(y_true), four(y_pred)];
    const items = four(y_true.map((_, i) => `item ${i}`));
    const alone = evaluateClasses(truth, predicted, classes, options);
    const together = evaluateClasses(truth, predicted, classes, { ...options, items });
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(together.accuracy.share).toBe(alone.accuracy.share);
    for (const figure of ['accuracy', 'balancedAccuracy', 'macroF1'] as const) {
      expect(width(together[figure]) / width(alone[figure])).toBeGreaterThan(1.5); // 2 but for chance
    }
    const recall = ({ classes: found }: typeof alone) => width(found[0]!.intervals.recall);
    expect(recall(together) / recall(alone)).toBeGreaterThan(1.5);
  });

  it('gives no NaN where classes have no items or are never predicted', () => {
    const label = fc.nat(3);
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { minLength: 1, maxLength: 12 }), (rows) => {
        const [truth, predicted] = [rows.map(([t]) => t), rows.map(([, p]) => p)];
        const found = evaluateClasses(truth, predicted, ['a', 'b', 'c', 'd'], { seed: 1, resamples: 20 });
        const numbers = found.classes.flatMap(({ precision, recall, f1 }) => [precision, recall, f1]);
        for (const number of [...numbers, found.balancedAccuracy.low, found.macroF1.high]) {
          expect(number >= 0 && number <= 1).toBe(true);
        }
        expect(found.confusion.flat().reduce((a, b) => a + b)).toBe(rows.length);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses no items, lengths that differ and what is no class', () => {
    for (const attempt of [
      () => evaluateClasses([], [], ['a'], options),
      () => confusionMatrix([0, 1], [0], 2),
      () => confusionMatrix([0, 2], [0, 1], 2),
      () => confusionMatrix([0, 1], [0, -1], 2),
      () => confusionMatrix([0, 1], [0, 0.5], 2),
    ]) {
      expect(attempt).toThrow(withCode('BAD_INPUT'));
    }
  });
});

describe('the majority class', () => {
  it('is the most frequent one of the training items', () => {
    expect(majorityClass([2, 0, 2, 1], 3)).toBe(2);
    expect(majorityClass([1, 0], 3)).toBe(0);
  });
});

const said = (part: Part, label: string, predicted: string): Prediction<string, { label: string }> => ({
  ...{ id: `${part}-${label}-${predicted}`, file: 'a.jpg', image: 0, part, label },
  predicted: { label: predicted },
});
const predictions = [
  said('training', 'b', 'a'),
  said('training', 'b', 'b'),
  said('training', 'a', 'a'),
  said('validation', 'a', 'a'),
  said('test', 'a', 'a'),
  said('test', 'b', 'a'),
  said('test', 'b', 'b'),
];

describe('evaluateTest', () => {
  it('counts test pictures only, for the model and for the most frequent class of the training pictures', () => {
    const { model, majority } = evaluateTest(predictions, ['a', 'b'], 1);
    expect(model.confusion).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(model.accuracy.share).toBeCloseTo(2 / 3, 12);
    expect(majority.confusion).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });

  it('is refused without test pictures', () => {
    expect(() => evaluateTest(predictions.slice(0, 4), ['a', 'b'], 1)).toThrow(withCode('BAD_INPUT'));
  });
});
