import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argMax } from '../../lib/core/extremes';
import { softmax } from '../../lib/data/numbers';
import {
  averagePrecision,
  calibration,
  chooseThreshold,
  costAt,
  evaluateBinary,
  f1At,
  operatingPoints,
  pointAt,
  precisionAt,
  recallAt,
  rocAuc,
  type ScoredItem,
} from '../../lib/metrics/binary';
import { expectClose, withCode } from '../data/close';
import { oracleJson } from '../oracle';

interface Case {
  kind: string;
  logits: number[][];
  y_true: number[];
  brier: number;
  roc_auc?: { per_class: number[]; micro: number };
  average_precision?: { per_class: number[]; micro: number };
  roc_curve_class0?: { fpr: number[]; tpr: number[] };
  pr_curve_class0?: { precision: number[]; recall: number[] };
  calibration: Record<string, { ece: number; rows_bin_n_acc_conf: number[][] }>;
}
const { cases } = oracleJson<{ cases: Case[] }>('classes/metrics');
const named = cases.map((one) => [one.kind, one] as const);
const withCurves = named.filter(([, one]) => one.roc_auc);

/** The items of one class against the rest. */
const against = ({ logits, y_true }: Case, positive: number): ScoredItem[] =>
  logits.map((row, i) => ({ score: softmax(row)[positive]!, positive: y_true[i] === positive }));

const options = { seed: 1, resamples: 200 };
const item = (score: number, positive: boolean): ScoredItem => ({ score, positive });

/** Items of both classes, with scores of which many are equal. */
const both = fc
  .array(fc.record({ score: fc.integer({ min: 0, max: 8 }).map((n) => n / 8), positive: fc.boolean() }), {
    minLength: 2,
    maxLength: 30,
  })
  .filter((items) => new Set(items.map(({ positive }) => positive)).size === 2);

describe('curves', () => {
  it.each(withCurves)('have the areas of scikit-learn: %s', (_kind, one) => {
    const classes = one.roc_auc!.per_class.map((_, k) => operatingPoints(against(one, k)));
    expectClose(classes.map(rocAuc), one.roc_auc!.per_class, 1e-12);
    expectClose(classes.map(averagePrecision), one.average_precision!.per_class, 1e-12);
    const all = operatingPoints(classes.flatMap((_, k) => against(one, k)));
    expectClose(
      [rocAuc(all), averagePrecision(all)],
      [one.roc_auc!.micro, one.average_precision!.micro],
      1e-12,
    );
  });

  it.each(withCurves)('have the points of scikit-learn: %s', (_kind, one) => {
    const points = operatingPoints(against(one, 0));
    const { truePositives, falsePositives } = points.at(-1)!;
    const roc = points.map((p) => [p.falsePositives / falsePositives, p.truePositives / truePositives]);
    const near = (wanted: number[]) => (own: number[]) =>
      own.every((v, i) => Math.abs(v - wanted[i]!) < 1e-12);
    const { fpr, tpr } = one.roc_curve_class0!; // without those in the middle of a straight line
    expect(fpr.every((x, i) => roc.some(near([x, tpr[i]!])))).toBe(true);
    const { precision, recall } = one.pr_curve_class0!; // from the lowest threshold up; its last point is no threshold
    const own = points.slice(1).reverse();
    expectClose(own.map(precisionAt), precision.slice(0, -1), 1e-12);
    expectClose(own.map(recallAt), recall.slice(0, -1), 1e-12);
  });

  it('have the area of Mann and Whitney: how often a positive item has the higher score, ties half', () => {
    fc.assert(
      fc.property(both, (items) => {
        const [up, down] = [items.filter((one) => one.positive), items.filter((one) => !one.positive)];
        const wins = up.flatMap((a) => down.map((b) => (Math.sign(a.score - b.score) + 1) / 2));
        expect(rocAuc(operatingPoints(items))).toBeCloseTo(wins.reduce((a, b) => a + b) / wins.length, 12);
      }),
    );
  });

  it('do not change when scores go through a rising function, nor with the order of the items', () => {
    fc.assert(
      fc.property(both, (items) => {
        const moved = items.map((one) => item(Math.exp(3 * one.score) - 7, one.positive)).reverse();
        const counts = (own: ScoredItem[]) => operatingPoints(own).map(({ threshold: _, ...point }) => point);
        expect(counts(moved)).toEqual(counts(items));
      }),
    );
  });

  it('are the diagonal and the share of positives when all scores are equal', () => {
    const points = operatingPoints([item(0.3, true), item(0.3, false), item(0.3, false)]);
    expect(points).toHaveLength(2);
    expect(rocAuc(points)).toBe(0.5);
    expect(averagePrecision(points)).toBeCloseTo(1 / 3, 12);
  });

  it('are refused for one class, no item and a score that is no number', () => {
    for (const items of [[], [item(1, true)], [item(1, false)], [item(Number.NaN, true), item(1, false)]]) {
      expect(() => operatingPoints(items)).toThrow(withCode('BAD_INPUT'));
      expect(() => evaluateBinary(items, 0.5, options)).toThrow(withCode('BAD_INPUT'));
    }
  });
});

describe('evaluateBinary', () => {
  const items = against(cases[0]!, 0);

  it('has the estimates of the curves within its intervals, and the same again for a seed', () => {
    const found = evaluateBinary(items, 0.4, options);
    const points = operatingPoints(items);
    expect(found.rocAuc.estimate).toBe(rocAuc(points));
    expect(found.averagePrecision.estimate).toBe(averagePrecision(points));
    expect(found.f1.estimate).toBe(f1At(pointAt(points, 0.4)));
    for (const { low, high, estimate } of [found.f1, found.rocAuc, found.averagePrecision]) {
      expect(low < estimate && estimate < high).toBe(true);
    }
    expect(evaluateBinary(items, 0.4, options)).toEqual(found);
  });

  it('counts by hand what lies on either side of the threshold, which itself is taken for positive', () => {
    fc.assert(
      fc.property(both, fc.integer({ min: 0, max: 9 }), (own, eighths) => {
        const { accuracy, precision, recall } = evaluateBinary(own, eighths / 8, { seed: 1, resamples: 5 });
        const flagged = own.filter(({ score }) => score >= eighths / 8);
        const hits = flagged.filter(({ positive }) => positive).length;
        const right = own.filter(({ score, positive }) => score >= eighths / 8 === positive).length;
        expect([accuracy.successes, accuracy.count]).toEqual([right, own.length]);
        expect([precision.successes, precision.count]).toEqual([hits, flagged.length]);
        expect([recall.successes, recall.count]).toEqual([
          hits,
          own.filter(({ positive }) => positive).length,
        ]);
      }),
    );
  });

  it('leaves the precision open where nothing is taken for positive', () => {
    const { precision, recall, f1 } = evaluateBinary(items, 2, options);
    expect(precision).toMatchObject({ count: 0, share: 0, low: 0, high: 1 });
    expect([recall.share, f1.estimate]).toEqual([0, 0]);
  });

  it('stays finite where a resample lacks a class', () => {
    const few = [item(0.9, true), item(0.2, false), item(0.1, false)];
    const { rocAuc: area } = evaluateBinary(few, 0.5, options);
    expect([area.estimate, area.low, area.high]).toEqual([1, 0.5, 1]);
  });
});

describe('the threshold', () => {
  it('costs no more than any other that takes some item for positive, and of equal ones misses least', () => {
    fc.assert(
      fc.property(both, fc.constantFrom(0.5, 1, 3, 10), (items, missCost) => {
        const points = operatingPoints(items);
        const chosen = pointAt(points, chooseThreshold(items, missCost));
        for (const other of points.slice(1)) {
          const [ours, theirs] = [costAt(chosen, missCost), costAt(other, missCost)];
          expect(ours < theirs || (ours === theirs && chosen.falseNegatives <= other.falseNegatives)).toBe(
            true,
          );
        }
      }),
    );
  });

  it('lies halfway to the next lower score, and falls as a miss costs more', () => {
    const items = [item(0.9, true), item(0.6, false), item(0.4, true), item(0.2, false)];
    expect(chooseThreshold(items, 0.5)).toBeCloseTo(0.75, 12);
    expect(chooseThreshold(items, 1)).toBeCloseTo(0.3, 12); // as dear as 0.75, with no miss
    expect(chooseThreshold([item(0.2, true), item(0.9, false)], 5)).toBe(0.2); // the lowest: nothing below
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('is refused for a cost of %s', (cost) => {
    expect(() => chooseThreshold([item(0, true), item(1, false)], cost)).toThrow(withCode('BAD_INPUT'));
  });
});

describe('calibration', () => {
  it.each(named)('has the bins and errors of the confidences in the oracle: %s', (_kind, one) => {
    for (const bins of [10, 15]) {
      const confident = one.logits.map((row, i) => {
        const best = argMax(row);
        return item(softmax(row)[best]!, best === one.y_true[i]);
      });
      const found = calibration(confident, bins);
      const { ece, rows_bin_n_acc_conf: rows } = one.calibration[String(bins)]!;
      expectClose([found.ece], [ece], 1e-12);
      const own = found.bins.map(({ low, mean, observed }) => [
        Math.round(low * bins),
        observed.count,
        observed.share,
        mean,
      ]);
      expectClose(own.flat(), rows.flat(), 1e-12);
    }
  });

  it.each(named)('has a Brier score that adds up over the classes to scikit-learn’s: %s', (_kind, one) => {
    const sum = one.logits[0]!.reduce((total, _, k) => total + calibration(against(one, k)).brier, 0);
    expectClose([sum], [one.brier], 1e-12);
  });

  it('has bins without their lower and with their upper edge, the first with 0', () => {
    const { bins } = calibration([item(0, false), item(0.1, false), item(0.2, true), item(1, true)]);
    expect(bins.map(({ low, observed }) => [low, observed.count])).toEqual([
      [0, 2],
      [0.1, 1],
      [0.9, 1],
    ]);
  });

  it('is refused for scores that are no probabilities, and for none', () => {
    for (const items of [[], [item(1.01, true)], [item(-0.1, true)]]) {
      expect(() => calibration(items)).toThrow(withCode('BAD_INPUT'));
    }
  });
});
