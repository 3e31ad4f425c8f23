import { describe, expect, it } from 'vitest';
import { partFigures, type Results } from '../../lib/core/results';
import { type ComparedFigures, rowLabel, type StudyPages } from '../../lib/report/study';
import { generatedWords, unfavourable } from '../../lib/report/unfavourable';

type Row = ComparedFigures['rows'][number];

const study = (better: 'higher' | 'lower', parts: Record<string, string | null> = {}): StudyPages => ({
  name: 'birds',
  title: 'Birds',
  question: 'Which bird is it?',
  notebooks: [],
  answer: () => null,
  noAnswer: '',
  compared: {
    caption: '',
    columns: ['Who', 'Figure'],
    format: (value) => value.toFixed(1),
    better,
    rows: [
      { label: 'The model', name: 'model', colour: 'prediction' },
      { label: 'Again', name: 'same', colour: 'prediction', optional: true },
      { label: 'A rival', name: 'rival', colour: 'baseline', difference: 'minus_rival' },
      { label: 'A bound', name: 'bound', colour: 'baseline', rival: false },
    ],
  },
  judged: { by: 'one split', count: 'count', items: 'test birds', parts },
  facts: [],
  files: [],
});
const figures: Results = { model: 5, 'model.low': 4, 'model.high': 6, same: 5, bound: 1, count: 1200 };

/** What is said of the model beside what its figure rests on. */
const said = (pages: StudyPages, results: Results): string[] =>
  unfavourable(pages, results)
    .slice(0, -1)
    .map((one) => one.replaceAll('**', ''));

describe('what speaks against a model', () => {
  it('is nothing before there is a model, and always what its figure rests on', () => {
    expect(unfavourable(study('lower'), { rival: 1 })).toEqual([]);
    expect(unfavourable(study('lower'), { ...figures, rival: 9 })).toEqual([
      '**The figure rests on one split** and 1,200 test birds; chance leaves open 4.0 to 6.0 (95% interval).',
    ]);
    expect(unfavourable(study('lower'), { model: 5 })[0]).toBe(
      '**The figure rests on one split** and test birds.',
    );
  });

  it.each([
    ['lower', 3, 9],
    ['higher', 9, 3],
  ] as const)(
    'is who does better, where %s figures are, but no bound and not the model itself',
    (better, ahead, behind) => {
      expect(said(study(better), { ...figures, rival: ahead })).toEqual([
        `As good or better, where the model has 5.0: A rival (${ahead}.0).`,
      ]);
      expect(said(study(better), { ...figures, rival: behind })).toEqual([]);
    },
  );

  it('is who may be as good, unless the difference item by item says that the model is better', () => {
    const near = ['Worse by no more than luck could explain: A rival (5.5).'];
    const results = { ...figures, rival: 5.5 };
    expect(said(study('lower'), results)).toEqual(near);
    const difference = (low: number, high: number) => ({
      ...results,
      'minus_rival.low': low,
      'minus_rival.high': high,
    });
    expect(said(study('lower'), difference(-0.9, -0.1))).toEqual([]);
    expect(said(study('lower'), difference(-0.9, 0.1))).toEqual(near);
    const higher = { ...difference(0.1, 0.9), rival: 4.5 };
    expect(said(study('higher'), higher)).toEqual([]);
    expect(said(study('higher'), { ...higher, 'minus_rival.low': -0.1 })).toHaveLength(1);
  });

  it('is not who is worse than one whom the model is clearly better than', () => {
    const pages = study('lower');
    const rows = [...pages.compared.rows, { label: 'Worst', name: 'worst', colour: 'baseline' as const }];
    const worse = { ...pages, compared: { ...pages.compared, rows } };
    const results = { ...figures, rival: 5.5, worst: 5.8, 'minus_rival.low': -0.9, 'minus_rival.high': -0.1 };
    expect(said(worse, results)).toEqual([]);
    expect(said(worse, { ...results, 'minus_rival.high': 0.1 })[0]).toContain('A rival (5.5); Worst (5.8)');
  });

  it('is nobody who was judged on other items: such figures do not compare', () => {
    const pages = study('lower');
    const [model, , rival] = pages.compared.rows as [Row, Row, Row]; // of several
    const rows = [model, { ...rival, count: 'rival.items' }];
    const fewer = { ...pages, compared: { ...pages.compared, rows } };
    const results = { ...figures, rival: 4, [pages.judged.count]: 90 };
    expect(said(fewer, { ...results, 'rival.items': 9 })).toEqual([]);
    expect(said(fewer, { ...results, 'rival.items': 90 })[0]).toContain('A rival (4.0)');
    expect(rowLabel(rows[1]!, fewer, { ...results, 'rival.items': 9 })).toBe('A rival, on 9 of them');
  });

  it('is every part in which a rival does better, with both figures', () => {
    const pages = study('lower', { size: 'a guess' });
    const parts = partFigures('size', [
      { name: 'small', value: 2, baseline: 1 },
      { name: 'large', value: 2, baseline: 3 },
    ]);
    expect(said(pages, { ...figures, ...parts })).toEqual([
      'By size, a guess does better in 1 of 2: small: 2.0 against 1.0.',
    ]);
    const won = partFigures('size', [{ name: 'small', value: 1, baseline: 1 }]);
    expect(said(pages, { ...figures, ...won })).toEqual([
      'It is at least as good as a guess in every size, of which there are 1.',
    ]);
    expect(said(pages, figures)).toEqual(['How the model does by size was not looked at.']);
  });

  it('is the parts that are told less than half the time, or the worst one', () => {
    const pages = study('higher', { class: null });
    const parts = (...values: number[]) =>
      partFigures(
        'class',
        values.map((value, i) => ({ name: `c${i}`, value })),
      );
    expect(said(pages, { ...figures, ...parts(0.9, 0.2, 0.4) })).toEqual([
      'By class, it is wrong more often than right in 2 of 3: c1 (0.2); c2 (0.4).',
    ]);
    expect(said(pages, { ...figures, ...parts(0.9, 0.6) })).toEqual(['By class it is worst at c1 (0.6).']);
  });

  it('is the end of the range that is never predicted', () => {
    const range = { 'range.true.low': 0, 'range.true.high': 50, 'range.predicted.low': 4 };
    expect(said(study('lower'), { ...figures, ...range, 'range.predicted.high': 19 })).toEqual([
      'It never predicts above 19.0, where the truth reaches 50.0.',
    ]);
    expect(said(study('lower'), { ...figures, ...range, 'range.predicted.high': 46 })).toEqual([]);
  });

  it('is said at once of generated pictures', () => {
    expect(generatedWords({ 'data.generated': true })).toContain('nothing about real pictures');
    expect(generatedWords({ 'data.generated': false })).toBeNull();
  });
});
