import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import {
  areaRows,
  byGame,
  compareWithControls,
  comparisonSentences,
  type JudgedMap,
  verdictOf,
} from '../../lib/explain/comparison';
import { questions } from '../../lib/explain/faithfulness';
import type { AppId } from '../../lib/studies/prices/units';
import { withCode } from '../data/close';

const options = { seed: 1, resamples: 200 };
const game = (n: number): AppId => String(n) as AppId; // digits

/** Two pictures of each of 20 games: `ahead` of the control by deletion, level by insertion, behind by ROAD. */
const judged: JudgedMap[] = Array.from({ length: 40 }, (_, i) => {
  const { normal } = random(i, 'judged');
  const hard = 5 * normal(); // what makes a picture hard for both
  const base = { id: game(i >> 1) };
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

  it('pairs the games, so that what is hard for both does not hide a difference', () => {
    expect(rows).toHaveLength(9);
    const found = Object.fromEntries(
      rows.filter(({ question }) => question === 'raises').map((row) => [row.measure, row]),
    );
    expect(found.deletion!.verdict).toBe('better');
    expect(found.deletion!.difference.estimate).toBeCloseTo(1, 1);
    expect(found.insertion!.verdict).toBe('no better');
    expect(found.insertion!.difference.estimate).toBeCloseTo(0, 9);
    expect(found.road).toMatchObject({ verdict: 'worse', difference: { estimate: expect.closeTo(-1, 9) } });
    const [ours] = areaRows(judged, options).filter(
      ({ map, measure }) => map === 'ours' && measure === 'deletion',
    );
    expect(ours!.area.high - ours!.area.low).toBeGreaterThan(1); // unpaired, the difference would drown
  });

  it('says so plainly, each measure under its verdict', () => {
    expect(comparisonSentences(rows, 'ours', 'edges')[1]).toBe(
      'On what lowers the price, ours is better than edges by deletion; no better than edges by insertion; worse than edges by ROAD.',
    );
    expect(comparisonSentences(rows, 'ours', 'noise')).toEqual([]);
    const level = rows.map((row) => ({ ...row, verdict: 'no better' as const }));
    expect(comparisonSentences(level, 'ours', 'edges')[0]).toBe(
      'On what raises the price, ours is no better than edges by deletion, insertion and ROAD.',
    );
  });

  it('refuses a control that was not asked about the same games', () => {
    const some = judged.filter(({ map, id }) => map === 'ours' || id !== game(3));
    expect(() => compareWithControls(some, 'ours', ['edges'], options)).toThrow(withCode('BAD_INPUT'));
    expect(() => compareWithControls(judged, 'ours', ['nothing'], options)).toThrow(withCode('BAD_INPUT'));
  });
});

describe('figures by game', () => {
  it('average the pictures of each game, without those that have none', () => {
    const rows = [
      { id: game(1), value: 1 },
      { id: game(1), value: 3 },
      { id: game(2), value: null },
      { id: game(3), value: null },
      { id: game(3), value: 5 },
    ];
    expect([...byGame(rows, ({ value }) => value)]).toEqual([
      [game(1), 2],
      [game(3), 5],
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
