import { describe, expect, it } from 'vitest';
import type { Part } from '../../lib/core/concepts';
import type { ClassData } from '../../lib/data/classData';
import {
  chooseModel,
  compareJudged,
  fittedPredictions,
  frequencyPredictions,
  judgeClasses,
  judgedClassFigures,
  type SaidClass,
  secondGuesses,
} from '../../lib/metrics/judgedClasses';
import { fitKernel } from '../../lib/metrics/kernelRidge';
import { withCode } from '../data/close';

const classes = ['a', 'b', 'c'];
const said = (id: string, part: Part, label: string, probabilities: readonly number[]): SaidClass => ({
  ...{ id, file: `${id}.jpg`, image: 0, part, label },
  predicted: { label: classes[probabilities.indexOf(Math.max(...probabilities))]!, probabilities }, // one of them
});
/** Says `a` of everything, too surely: on validation pictures half of it is right. */
const sure = [0.98, 0.01, 0.01];
const validation = ['a', 'b', 'a', 'c'].map((label, i) => said(`v${i}`, 'validation', label, sure));
const test = [
  said('t1', 'test', 'a', sure),
  said('t1b', 'test', 'a', sure),
  said('t2', 'test', 'b', [0.1, 0.8, 0.1]),
  said('t3', 'test', 'c', [0.5, 0.1, 0.4]),
];
const options = { seed: 1, itemOf: (id: string) => id.replace('b', '') };
const judged = judgeClasses(
  { name: 'one', title: 'One', predictions: [...validation, ...test] },
  classes,
  options,
);

describe('judgeClasses', () => {
  it('judges test pictures, calmed by what validation pictures say', () => {
    expect(judged.right).toEqual([true, true, true, false]);
    expect(judged.classes.accuracy.share).toBe(0.75);
    expect(judged.probabilities.top2.estimate).toBe(1);
    expect(judged.temperature).toBeGreaterThan(1);
    const [first] = judged.said;
    expect(first?.predicted.probabilities[0]).toBeCloseTo(0.5, 3); // as often as it was right
    expect(judged.untempered.calibration.bins.at(-1)?.mean).toBeCloseTo(0.98, 9);
  });

  it('has its figures under their names, with intervals', () => {
    const figures = judgedClassFigures('one.', judged);
    expect(figures['one.accuracy']).toBe(0.75);
    for (const name of ['accuracy', 'macro_f1', 'balanced_accuracy', 'top2', 'ece', 'log_loss']) {
      expect([typeof figures[`one.${name}.low`], typeof figures[`one.${name}.high`]]).toEqual([
        'number',
        'number',
      ]);
    }
  });

  it('is refused without validation or test pictures', () => {
    for (const predictions of [test, validation]) {
      expect(() => judgeClasses({ name: '', title: '', predictions }, classes, options)).toThrow(
        withCode('BAD_INPUT'),
      );
    }
  });
});

describe('two models on the same pictures', () => {
  it('differ by what either alone tells rightly, over whole items', () => {
    const wrong = test.map((one) => said(one.id, 'test', one.label, [0.1, 0.1, 0.8]));
    const other = judgeClasses(
      { name: '', title: '', predictions: [...validation, ...wrong] },
      classes,
      options,
    );
    const found = compareJudged(judged, other, options);
    expect(found).toMatchObject({ alone: 3, otherAlone: 1, p: expect.closeTo(0.625, 12) });
    expect(found.difference.estimate).toBe(0.5);
    expect(found.difference.low).toBe(-1); // of three items
  });
});

describe('the model that is chosen', () => {
  const items = Array.from({ length: 40 }, (_, i) => `v${i}`);
  const rightAbout = (count: number) => ({
    predictions: items.map((id, i) =>
      said(id, 'validation', 'a', i < count ? [0.8, 0.1, 0.1] : [0.1, 0.8, 0.1]),
    ),
  });

  it('is the first, unless another is better by more than chance', () => {
    const [first, little, much, more] = [rightAbout(20), rightAbout(22), rightAbout(30), rightAbout(36)];
    expect(chooseModel([first], options)).toBe(first);
    expect(chooseModel([first, little], options)).toBe(first);
    expect(chooseModel([first, little, much, more], options)).toBe(more);
    expect(chooseModel([more, first], options)).toBe(more);
  });
});

describe('second guesses', () => {
  it('are counted for pictures of two classes only', () => {
    const both = new Map([
      ['t1', ['a', 'b']],
      ['t2', ['c', 'b']],
      ['t3', ['c', 'a']],
    ]);
    const found = secondGuesses(test, classes, (id) => both.get(id) ?? ['a']);
    expect(found).toEqual({ count: 3, first: 1, either: 3, second: 1, both: 2 });
  });
});

describe('what is said without a network', () => {
  const rows = { training: [0, 1, 2, 3], validation: [4], test: [5, 6] };
  const labels = ['a', 'a', 'b', 'b', 'a', 'a', 'b'];
  const names = labels.map((_, row) => `${row}.jpg`);
  const columns = { item: names, file: names };
  const data = { rows, labels, classes: ['a', 'b'], images: { index: { columns } } } as unknown as ClassData; // what is asked for

  it('is how frequent classes are among training pictures', () => {
    const found = frequencyPredictions({ ...data, rows: { ...rows, training: [0, 1, 2] } });
    expect(found.map(({ part }) => part)).toEqual([
      'training',
      'training',
      'training',
      'validation',
      'test',
      'test',
    ]);
    expect(found[5]).toMatchObject({
      id: '6.jpg',
      label: 'b',
      predicted: { label: 'a', probabilities: [2 / 3, 1 / 3] },
    });
  });

  it.each([
    ['logistic regression', undefined],
    ['kernel ridge regression', fitKernel],
  ])('is what %s learns from their features', async (_, fit) => {
    const read = (own: readonly number[]) => Float32Array.from(own, (row) => (labels[row] === 'a' ? 1 : -1));
    const found = await fittedPredictions(data, { read }, fit);
    expect(found.map(({ image }) => image)).toEqual([...rows.training, ...rows.validation, ...rows.test]);
    expect(found.every(({ label, predicted }) => predicted.label === label)).toBe(true);
  });
});
