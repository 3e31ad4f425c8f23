import { afterEach, describe, expect, it, vi } from 'vitest';
import { runTable } from '../../lib/report/runTable';
import type { RunRecord } from '../../lib/training/runRecord';
import { trainingRecord } from './runRecords';

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
function htmlOf(records: readonly RunRecord[]): string {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  runTable(records);
  return shown.at(-1)!;
}

/** With ordinary spaces and hyphens. */
const cellsOf = (html: string): string[][] =>
  [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) =>
      cell!.replaceAll('\u00a0', ' ').replaceAll('\u2011', '-'),
    ),
  );
const records = [
  trainingRecord(0.9),
  trainingRecord(0.7, {
    ended: '2025-02-01T08:00:00.000Z',
    settings: { l2: 0.0012345, units: [128, 64], schedule: { kind: 'cosine', warmUpEpochs: 1 } },
  }),
  trainingRecord(0.1, { kind: 'search trial 3', failure: 'The loss became NaN.' }),
];

afterEach(() => vi.restoreAllMocks());

describe('the table of trainings', () => {
  it('shows the settings in which they differ, and the smallest error first', () => {
    expect(cellsOf(htmlOf(records))).toEqual([
      [
        'Ended (UTC)',
        'kind',
        'l2',
        'schedule.kind',
        'schedule.warmUpEpochs',
        'Epochs',
        'Best epoch',
        'Validation mse',
        'Validation mae',
        'Time',
      ],
      ['2025-02-01 08:00', 'head', '0.001234', 'cosine', '1', '3', '2', '0.7000', '0.3500', '12 s'],
      ['2025-01-31 23:59', 'head', '0.01', 'constant', '–', '3', '2', '0.9000', '0.4500', '12 s'],
      ['2025-01-31 23:59', 'search trial 3', '0.01', 'constant', '–', '3', '2', '–', '–', '12 s'],
    ]);
  });

  it('says below what is the same in all', () => {
    const html = htmlOf(records);
    expect(html).toContain('The same in all: units 128 and 64, seed 42, data.features ffffffff');
    expect(html).not.toContain('l2 0.01,');
  });

  it('shows other data, another seed and another backend as differences', () => {
    const [, ...rows] = cellsOf(
      htmlOf([
        trainingRecord(1),
        trainingRecord(2, {
          seed: 7,
          data: { features: 'a'.repeat(64) },
          backend: { name: 'wasm', gpu: false },
        }),
      ]),
    );
    expect(rows.map((row) => row.slice(1, 4))).toEqual([
      ['42', 'ffffffff', 'tensorflow'],
      ['7', 'aaaaaaaa', 'wasm'],
    ]);
  });

  it('has no differing settings for one training, and shows none for no training', () => {
    expect(cellsOf(htmlOf([trainingRecord(1)]))[0]).toHaveLength(6);
    expect(cellsOf(htmlOf([]))).toHaveLength(1);
  });

  it('is text outside a notebook', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    runTable(records, { caption: 'Runs' });
    expect(String(log.mock.calls[0]![0])).toMatch(/^Runs\nEnded \(UTC\) /);
  });
});
