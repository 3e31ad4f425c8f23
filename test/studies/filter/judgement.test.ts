import { describe, expect, it } from 'vitest';
import type { Part, Prediction } from '../../../lib/core/concepts';
import type { FilterData } from '../../../lib/studies/filter/data';
import {
  bestOf,
  colourScores,
  judge,
  judgedFigures,
  networkScores,
} from '../../../lib/studies/filter/judgement';
import type { ClassPrediction } from '../../../lib/training/tasks';

const options = { missCost: 5, seed: 1 };
const classes = ['castle', 'other'];

const said = (part: Part, label: string, castle: number): Prediction<string, ClassPrediction> => ({
  ...{ id: `${part} ${label} ${castle}`, file: `${part}/${label}.jpg`, part, label },
  predicted: { label: castle >= 0.5 ? 'castle' : 'other', probabilities: [castle, 1 - castle] },
});

const predictions = [
  said('validation', 'castle', 0.9),
  said('validation', 'castle', 0.3),
  said('validation', 'other', 0.2),
  said('validation', 'other', 0.6),
  said('test', 'castle', 0.8),
  said('test', 'castle', 0.4),
  said('test', 'other', 0.7),
  said('test', 'other', 0.1),
];
const scores = networkScores(predictions, { classes, positive: 'castle' });

describe('the scores of a network', () => {
  it('are the probabilities of the positive class, wherever it stands among the classes', () => {
    expect(scores.test.map(({ score }) => score)).toEqual([0.8, 0.4, 0.7, 0.1]);
    const other = networkScores(predictions, { classes, positive: 'other' });
    expect(other.validation.map(({ score }) => score)).toEqual(
      [0.1, 0.7, 0.8, 0.4].map((p) => expect.closeTo(p, 12)),
    );
    expect(other.test.map(({ positive }) => positive)).toEqual([false, false, true, true]);
    expect(scores.training).toEqual([]);
  });
});

describe('judge', () => {
  const judged = judge('transfer', 'Transfer learning', scores, options);

  it('chooses the threshold on validation pictures and applies it to test pictures', () => {
    expect(judged.valid).toMatchObject({ successes: 2, count: 4 });
    expect(judged.plain.accuracy).toMatchObject({ successes: 2, count: 4 });
    expect(judged.chosen.threshold).toBeCloseTo(0.25, 12);
    expect(judged.chosen.recall).toMatchObject({ successes: 2, count: 2 });
    expect(judged.costs).toEqual({ plain: 6 / 4, chosen: 1 / 4 });
  });

  it('has every figure of results.json with both ends of its interval', () => {
    const figures = judgedFigures('transfer.', judged);
    for (const name of ['accuracy', 'precision', 'recall', 'f1', 'roc_auc']) {
      for (const end of ['', '.low', '.high']) {
        expect(figures[`transfer.test.${name}${end}`]).toBeTypeOf('number');
        expect(figures[`transfer.test.at_threshold.${name}${end}`]).toBeTypeOf('number');
      }
    }
    expect(figures).toMatchObject({ 'transfer.valid.accuracy': 0.5, 'transfer.test.accuracy': 0.5 });
  });

  it('finds the best on validation pictures alone, the first of equal ones', () => {
    const sure = scores.validation.map((one) => ({ ...one, score: Number(one.positive) }));
    const better = judge('b', 'B', { ...scores, validation: sure }, options);
    expect(bestOf([judged, better, { ...better, name: 'c' }]).name).toBe('b');
  });
});

describe('what colours alone say', () => {
  it('is learnt from training pictures: red ones from green ones', () => {
    const red = [0, 1, 4, 6];
    const pixels = (row: number) =>
      new Uint8Array(12).fill(0).map((_, i) => (i % 3 === (red.includes(row) ? 0 : 1) ? 200 + row : 9));
    const rows = [0, 1, 2, 3, 4, 5, 6, 7];
    const data = {
      images: {
        size: 2,
        index: {
          columns: {
            file: rows.map((row) => `${row}.jpg`),
            width: rows.map(() => 2),
            height: rows.map(() => 2),
          },
        },
        read: (own: number[]) => Uint8Array.from(own.flatMap((row) => [...pixels(row)])),
      },
      rows: { training: [0, 1, 2, 3], validation: [4, 5], test: [6, 7] },
      labels: rows.map((row) => (red.includes(row) ? 'red' : 'green')),
      positive: 'red',
    } as unknown as FilterData; // what the scores are made from
    const { test, validation } = colourScores(data);
    expect(test[0]!.score).toBeGreaterThan(test[1]!.score + 0.5);
    expect(validation.map(({ file, positive }) => [file, positive])).toEqual([
      ['4.jpg', true],
      ['5.jpg', false],
    ]);
  });
});
