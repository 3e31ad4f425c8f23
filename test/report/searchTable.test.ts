import { afterEach, describe, expect, it, vi } from 'vitest';
import { searchTable } from '../../lib/report/searchTable';
import { formatPrice } from '../../lib/studies/prices/units';
import type { Trial } from '../../lib/training/search';

const trial = (number: number, errors: number[], failure: string | null = null): Trial<object> => ({
  number,
  choice: {
    target: 'log1p',
    filters: 32,
    units: [64, 32],
    dropout1: 0.123,
    dropout2: 0.4,
    l2: 0.012345,
    learningRate: 0.00098765,
  },
  errors,
  epochs: [],
  seconds: 12,
  failure,
});
const trials = [trial(3, [500, 450]), trial(1, [600]), trial(2, [], 'The loss became <NaN>.')];
const shown: string[] = [];
vi.mock('../../lib/report/tables', async (original) => {
  const tables = await original<typeof import('../../lib/report/tables')>();
  const table = (...given: Parameters<typeof tables.tableHtml<object>>): void => {
    shown.push(tables.tableHtml(...given));
    tables.table(...given);
  };
  return { ...tables, table };
});

/** The HTML of the table that a notebook would show. */
function htmlOf(some: readonly Trial<object>[]): string {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  searchTable(some, options);
  return shown.at(-1)!;
}

/** With ordinary spaces and hyphens. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replaceAll('\u2011', '-');
const options = { rungs: [1, 5], format: formatPrice };

afterEach(() => vi.restoreAllMocks());

describe('the table of a search', () => {
  it('shows what each trial tried and its error at each rung', () => {
    const html = htmlOf(trials);
    expect(html).toContain('>After 1 epoch</th>');
    expect(html).toContain('>After 5 epochs</th>');
    const rows = [...html.matchAll(/<tr>(<th scope="row".*?)<\/tr>/gs)].map(([, row]) =>
      [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => plain(cell!)),
    );
    expect(rows).toEqual([
      ['3', 'log1p', '32', '64, 32', '0.12', '0.4', '0.012', '0.00099', '€5.00', '€4.50', '12 s'],
      ['1', 'log1p', '32', '64, 32', '0.12', '0.4', '0.012', '0.00099', '€6.00', '–', '12 s'],
      ['2', 'log1p', '32', '64, 32', '0.12', '0.4', '0.012', '0.00099', 'failed', '–', '12 s'],
    ]);
  });

  it('says that the smallest error flatters, and why a trial failed', () => {
    const html = htmlOf(trials);
    expect(html).toContain('flatters');
    expect(html).toContain('Failed: 2 (The loss became &lt;NaN&gt;.)');
    expect(htmlOf(trials.slice(0, 2))).not.toContain('Failed');
  });

  it('is text outside a notebook', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    searchTable(trials, options);
    expect(String(log.mock.calls[0]![0]).split('\n')).toHaveLength(1 + 2 + 3 + 1);
  });
});
