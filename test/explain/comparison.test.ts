import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { compareWithControls, type JudgedMap } from '../../lib/explain/checkFaithfulness';
import { byItem, meanOverItems, verdictOf } from '../../lib/explain/comparison';
import { questions } from '../../lib/explain/faithfulness';
import { withCode } from '../data/close';

const options = { seed: 1, resamples: 200 };

/** Two pictures of each of 20 items: `ahead` of the control by deletion, level by insertion, behind by ROAD. */
const judged: JudgedMap[] = Array.from({ length: 40 }, (_, i) => {
  const { normal } = random(i, 'judged');
  const hard = 5 * normal(); // what makes a picture hard for both
  const base = { id: String(i >> 1) };
  return questions.flatMap((question): JudgedMap[] => [
    {
      ...base,
      map: 'ours',
      question,
      figures: {
        deletion: hard + 1 + 0.1 * normal(),
        insertion: hard + (i % 4 < 2 ? 1 : -1),
        road: hard - 1,
      },
    },
    { ...base, map: 'edges', question, figures: { deletion: hard, insertion: hard, road: hard } },
  ]);
}).flat();

describe('comparing a method with a control', () => {
  const rows = compareWithControls(judged, 'ours', ['edges'], options);

  it('pairs the items, so that what is hard for both does not hide a difference', () => {
    expect(rows).toHaveLength(6);
    const found = Object.fromEntries(
      rows.filter(({ question }) => question === 'raises').map((row) => [row.measure, row]),
    );
    expect(found.deletion!.verdict).toBe('better');
    expect(found.deletion!.difference.estimate).toBeCloseTo(1, 1);
    expect(found.insertion!.verdict).toBe('no better');
    expect(found.insertion!.difference.estimate).toBeCloseTo(0, 9);
    expect(found.road).toMatchObject({ verdict: 'worse', difference: { estimate: expect.closeTo(-1, 9) } });
    const own = meanOverItems(
      judged.filter(({ map, question }) => map === 'ours' && question === 'raises'),
      ({ figures }) => figures.deletion,
      options,
    );
    expect(found.deletion!.area).toBeCloseTo(own.estimate, 9);
    expect(own.high - own.low).toBeGreaterThan(1); // unpaired, the difference would drown
  });

  it('refuses a control that was not asked about the same items', () => {
    const some = judged.filter(({ map, id }) => map === 'ours' || id !== '3');
    expect(() => compareWithControls(some, 'ours', ['edges'], options)).toThrow(withCode('BAD_INPUT'));
    expect(() => compareWithControls(judged, 'ours', ['nothing'], options)).toThrow(withCode('BAD_INPUT'));
  });
});

describe('figures by item', () => {
  it('average the rows of each item', () => {
    const rows = [
      { id: 'a', value: 1 },
      { id: 'a', value: 3 },
      { id: 'b', value: 5 },
    ];
    expect([...byItem(rows, ({ value }) => value)]).toEqual([
      ['a', 2],
      ['b', 5],
    ]);
  });
});

describe('a verdict', () => {
  it('takes an interval without 0', () => {
    const interval = (low: number, high: number) => ({
      estimate: 0,
      low,
      high,
      confidence: 0.95,
      resamples: 1,
    });
    expect(verdictOf(interval(0.1, 1))).toBe('better');
    expect(verdictOf(interval(-1, -0.1))).toBe('worse');
    expect(verdictOf(interval(0, 1))).toBe('no better');
    expect(verdictOf(interval(-1, 1))).toBe('no better');
  });
});
