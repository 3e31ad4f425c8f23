import { describe, expect, it } from 'vitest';
import { bestAndWorst } from '../../../lib/studies/prices/judgement';

const game = (name: string, truth: number, predicted: number) => ({ name, truth, predicted });
const games = [
  game('half of a dear one', 5999, 2999),
  game('exact', 499, 499),
  game('free, taken for dear', 0, 1999),
  game('near', 999, 899),
  game('a tenth', 999, 99),
  game('twice', 299, 599),
];
const names = (list: readonly { name: string }[]): string[] => list.map(({ name }) => name);

describe('bestAndWorst', () => {
  it('goes by the factor between prediction and truth, not by cents', () => {
    const { best, worst } = bestAndWorst(games, 2);
    expect(names(best)).toEqual(['exact', 'near']);
    expect(names(worst)).toEqual(['free, taken for dear', 'a tenth']);
  });

  it('names no game twice', () => {
    const { best, worst } = bestAndWorst(games.slice(0, 5), 4);
    expect([best.length, worst.length]).toEqual([2, 2]);
    expect(new Set([...names(best), ...names(worst)]).size).toBe(4);
    expect(bestAndWorst([], 3)).toEqual({ best: [], worst: [] });
    expect(bestAndWorst(games.slice(0, 1), 3)).toEqual({ best: [], worst: [] });
  });
});
