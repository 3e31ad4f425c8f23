import { describe, expect, it } from 'vitest';
import { argMax } from '../../../lib/core/extremes';
import { binaryClaims, groupAccuracy, mostOftenRight } from '../../../lib/metrics/testedItems';
import { type Judged, judgedFigures } from '../../../lib/report/judgedFolds';
import { evaluateFaces, majorityOf, onFacesOf } from '../../../lib/studies/ages/judge';
import { submissionFrame } from '../../../lib/studies/ages/submission';
import { withCode } from '../../data/close';
import { kerasModel, labels } from '../../networks/ageOracle';

const classes = ['YOUNG', 'MIDDLE', 'OLD'];
type Tested = Judged['tested'];

/** Faces with classes and what is said of them, by the place of either in the list of classes. */
const judged = (pairs: readonly (readonly [truth: number, said: number])[], name = 'a'): Judged => {
  const tested: Tested = pairs.map(([truth, said], i) => ({
    ...{ id: `${i}.jpg`, file: `Train/${i}.jpg`, image: i, part: 'test', label: classes[truth]! },
    predicted: { label: classes[said]!, probabilities: classes.map((_, k) => Number(k === said)) },
  }));
  const look = { name: 'none', size: 32, rows: () => Promise.reject(new Error('not asked')) };
  return { name, title: name, look, models: [], tested, evaluation: evaluateFaces(tested, 1) };
};

describe('what binary measures claim', () => {
  it('is what Keras says of the same probabilities', () => {
    const { prediction, ...keras } = kerasModel('cnn');
    const tested = labels.map((label, i) => {
      const probabilities = [...prediction.slice(3 * i, 3 * i + 3)];
      return { label: classes[label]!, predicted: { label: classes[argMax(probabilities)]!, probabilities } };
    });
    const { loss, accuracy } = binaryClaims(tested, classes);
    expect(loss).toBeCloseTo(keras.binary_crossentropy_on_predict, 6); // Keras adds its epsilon otherwise
    expect(accuracy).toBeCloseTo(keras.binary_accuracy_on_predict, 12);
    expect(evaluateFaces(tested, 1).accuracy.share).toBe(keras.accuracy_on_predict);
    expect(accuracy).toBeGreaterThan(keras.accuracy_on_predict);
  });
});

describe('models side by side', () => {
  const right = Array.from({ length: 8 }, (_, i) => [i % 3, i % 3] as const);
  const few = judged(right, 'few');
  const many = judged(
    Array.from({ length: 300 }, (_, i) => [i % 3, i % 20 === 0 ? 1 : i % 3] as const),
    'many',
  );

  it('are compared on the same faces: luck on few faces does not choose', () => {
    expect(few.evaluation.accuracy.share).toBeGreaterThan(many.evaluation.accuracy.share);
    expect(mostOftenRight([few, many])).toBe(many);
    const better = judged(
      many.tested.map(({ label }) => [classes.indexOf(label), classes.indexOf(label)] as const),
    );
    expect(mostOftenRight([few, many, better])).toBe(better);
    const onFew = onFacesOf(many, few, 1);
    expect(onFew.tested.map(({ id }) => id)).toEqual(few.tested.map(({ id }) => id));
    expect(onFew.evaluation.accuracy.successes).toBe(7); // the first of twenty is wrong
  });

  it('stand beside the most frequent class, whose kappa is 0 and balanced accuracy a third', () => {
    const { evaluation } = majorityOf(judged([...right, [1, 0]]), 1);
    expect([evaluation.accuracy.successes, evaluation.kappa.estimate]).toEqual([4, 0]);
    expect(evaluation.balancedAccuracy.estimate).toBeCloseTo(1 / 3, 12);
  });

  it('have figures with their intervals under their names', () => {
    const figures = judgedFigures('cnn.', many);
    expect(figures['cnn.cv.accuracy.low']).toBeLessThan(Number(figures['cnn.cv.accuracy']));
    expect(figures).toHaveProperty(['cnn.cv.kappa.high']);
    expect(figures['cnn.cv.count']).toBe(300);
  });

  it('are judged by group, but for groups of fewer than ten', () => {
    const groups = new Map(many.tested.map(({ id }, i) => [id, i < 5 ? 'rare' : i % 2 ? 'odd' : 'even']));
    const found = groupAccuracy(many.tested, groups);
    expect(found.map(({ group }) => group)).toEqual(['even', 'odd']);
    expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(295);
  });
});

describe('a submission', () => {
  const asked = ['Test/b.jpg', 'Test/a.jpg'];
  const answers = [
    { id: 'b.jpg', label: 'OLD' },
    { id: 'a.jpg', label: 'YOUNG' },
  ];

  it('has Class and ID of every face in the order of the table', () => {
    const { columns, values } = submissionFrame(answers, asked);
    expect(columns).toEqual(['Class', 'ID']);
    expect(values).toEqual([
      ['OLD', 'b.jpg'],
      ['YOUNG', 'a.jpg'],
    ]);
  });

  it.each([
    ['in another order', [...answers].reverse()],
    ['with a face missing', answers.slice(1)],
    ['with a face twice', [answers[0]!, answers[0]!]],
    ['with a face too many', [...answers, { id: 'c.jpg', label: 'OLD' }]],
    ['with an unknown class', [answers[0]!, { id: 'a.jpg', label: 'ANCIENT' }]],
    ['without answers', []],
  ])('is refused %s', (_, wrong) => {
    expect(() => submissionFrame(wrong, asked)).toThrow(withCode('BAD_INPUT'));
  });
});
