import { describe, expect, it } from 'vitest';
import { countDropped } from '../../lib/data/dropped';

const row = (line: number, reason: string) => ({ name: `line ${line}`, reason });

describe('what was dropped', () => {
  it('is counted by reason, most frequent first, reasons of equal count by name', () => {
    const dropped = [row(3, 'malformed'), row(4, 'missing'), row(6, 'malformed'), row(7, 'duplicate')];
    expect(countDropped(dropped)).toEqual([
      { reason: 'malformed', count: 2, examples: 'line 3; line 6' },
      { reason: 'duplicate', count: 1, examples: 'line 7' },
      { reason: 'missing', count: 1, examples: 'line 4' },
    ]);
  });

  it('is nothing when nothing was dropped', () => {
    expect(countDropped([])).toEqual([]);
  });

  it('is all counted, but only some of it named', () => {
    const rows = Array.from({ length: 100 }, (_, i) => row(i + 2, 'missing'));
    expect(countDropped(rows)).toEqual([
      { reason: 'missing', count: 100, examples: 'line 2; line 3; line 4' },
    ]);
  });
});
