import { afterEach, describe, expect, it, vi } from 'vitest';
import { comparedSentence, splitsTable } from '../../../../lib/studies/prices/report/splitsTable';
import type { SplitResult } from '../../../../lib/studies/prices/splits';

const results: SplitResult[] = [
  {
    seed: 42,
    games: 60,
    target: 'log1p',
    model: { r2Log: 0.5, relativeError: 0.8, spread: 0.6 },
    ridge: { r2Log: 0.45, relativeError: 0.9, spread: 0.7 },
  },
  {
    seed: 43,
    games: 59,
    target: 'hurdle',
    model: { r2Log: 0.7, relativeError: 0.7, spread: 0.8 },
    ridge: { r2Log: 0.55, relativeError: 0.9, spread: 0.9 },
  },
];

afterEach(() => void vi.restoreAllMocks());

describe('the table of splits', () => {
  it('has a line for each split, and their mean and deviation', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    splitsTable(results);
    const text = log.mock.calls.flat().join('\n');
    expect(text).toMatch(/42 +60 +log1p +0\.500 +0\.800 +0\.600 +0\.450 +0\.900/);
    expect(text).toMatch(/43 +59 +hurdle/);
    expect(text).toContain('0.600 ± 0.141'); // of 0.5 and 0.7
    expect(text).toContain('0.900 ± 0');
  });

  it('says how the model does beside ridge regression, split by split', () => {
    // Differences of 0.05 and 0.15, and of −0.1 and −0.2: means of which the standard error is half their difference.
    expect(comparedSentence(results)).toBe(
      'The model beside ridge regression on the same splits: +0.100 (standard error 0.050) in R², −0.150 (standard error 0.050) in relative error.',
    );
  });
});
