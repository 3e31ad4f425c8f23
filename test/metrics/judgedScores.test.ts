import { describe, expect, it } from 'vitest';
import type { Part } from '../../lib/core/concepts';
import {
  bestOf,
  colourScores,
  judgedFigures,
  judgeScores,
  majorityScores,
  networkScores,
  type PositiveData,
} from '../../lib/metrics/judgedScores';
import { withCode } from '../data/close';

const options = { missCost: 5, seed: 1 };

/** Pictures of 2 × 2 pixels, red ones and green ones, and what a network says of the red. */
const red = [0, 1, 2, 5, 6, 9, 10];
const rows = { training: [0, 1, 2, 3, 4], validation: [5, 6, 7, 8], test: [9, 10, 11, 12] };
const every = [...rows.training, ...rows.validation, ...rows.test];
const pixels = (row: number): number[] =>
  [0, 1, 2, 3].flatMap(() => (red.includes(row) ? [200 + row, 9, 9] : [9, 200, 9]));
const data = (positive: string): PositiveData =>
  ({
    images: {
      size: 2,
      index: {
        columns: {
          file: every.map((row) => `${row}.jpg`),
          width: every.map(() => 2),
          height: every.map(() => 2),
        },
      },
      read: (own: readonly number[]) => Uint8Array.from(own.flatMap(pixels)),
    },
    rows,
    classes: ['green', 'red'],
    labels: every.map((row) => (red.includes(row) ? 'red' : 'green')),
    positive,
  }) as unknown as PositiveData; // what scores are made from

const probabilities = [0.9, 0.8, 0.9, 0.1, 0.1, 0.9, 0.3, 0.2, 0.6, 0.8, 0.4, 0.7, 0.1];
const predictions = every.map((row, i) => {
  const part: Part = row < 5 ? 'training' : row < 9 ? 'validation' : 'test';
  const found = probabilities[i]!;
  return {
    id: String(row),
    file: `${row}.jpg`,
    image: row,
    part,
    label: '',
    predicted: { probabilities: [1 - found, found] },
  };
});
const scores = networkScores(data('red'), predictions);

describe('scores of pictures', () => {
  it('are a network’s probabilities of the positive class, wherever it stands among the classes', () => {
    expect(scores.test.map(({ file, score }) => [file, score])).toEqual([
      ['9.jpg', 0.8],
      ['10.jpg', 0.4],
      ['11.jpg', 0.7],
      ['12.jpg', 0.1],
    ]);
    const green = networkScores(data('green'), predictions);
    expect(green.validation.map(({ score, positive }) => [score, positive])).toEqual([
      [expect.closeTo(0.1, 12), false],
      [expect.closeTo(0.7, 12), false],
      [expect.closeTo(0.8, 12), true],
      [expect.closeTo(0.4, 12), true],
    ]);
  });

  it('of colours alone are learnt from training pictures', () => {
    const found = colourScores(data('red'));
    expect(found.test[0]!.score).toBeGreaterThan(found.test[3]!.score + 0.5);
  });

  it('of the majority are the most frequent training class for every picture', () => {
    expect(new Set(majorityScores(data('red')).test.map(({ score }) => score))).toEqual(new Set([1]));
    expect(new Set(majorityScores(data('green')).test.map(({ score }) => score))).toEqual(new Set([0]));
  });

  it('are not judged where a network has said nothing of a picture', () => {
    const partly = networkScores(data('red'), predictions.slice(0, -1));
    expect(() => judgeScores('', '', partly, options)).toThrow(withCode('BAD_INPUT'));
  });
});

describe('judgeScores', () => {
  const judged = judgeScores('transfer', 'Transfer learning', scores, options);

  it('chooses the threshold on validation pictures and applies it to test pictures', () => {
    expect(judged.valid).toMatchObject({ successes: 2, count: 4 });
    expect(judged.plain.accuracy).toMatchObject({ successes: 2, count: 4 });
    expect(judged.chosen.threshold).toBeCloseTo(0.25, 12);
    expect(judged.chosen.recall).toMatchObject({ successes: 2, count: 2 });
    expect(judged.costs).toEqual({ plain: 6 / 4, chosen: 1 / 4 });
  });

  it('has every figure for results.json with both ends of its interval', () => {
    const figures = judgedFigures('transfer.', judged);
    for (const name of ['accuracy', 'precision', 'recall', 'f1', 'roc_auc']) {
      for (const end of ['', '.low', '.high']) {
        expect(figures[`transfer.test.${name}${end}`]).toBeTypeOf('number');
        expect(figures[`transfer.test.at_threshold.${name}${end}`]).toBeTypeOf('number');
      }
    }
    expect(figures).toMatchObject({ 'transfer.valid.accuracy': 0.5, 'transfer.test.accuracy': 0.5 });
  });

  it('is compared by validation pictures alone, the first of equal ones being the best', () => {
    const sure = scores.validation.map((one) => ({ ...one, score: Number(one.positive) }));
    const better = judgeScores('b', 'B', { ...scores, validation: sure }, options);
    expect(bestOf([judged, better, { ...better, name: 'c' }]).name).toBe('b');
  });
});
