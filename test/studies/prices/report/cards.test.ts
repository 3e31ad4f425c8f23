import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MISSING, markdownCode, markdownTable, markdownText } from '../../../../lib/report/markdown';
import { dataCard } from '../../../../lib/studies/prices/report/dataCard';
import { modelCard } from '../../../../lib/studies/prices/report/modelCard';
import { dataRecord, emptyDataRecord, emptyModelRecord, modelRecord } from '../../../report/cardRecords';

const golden = (name: string): string => readFileSync(path.join(__dirname, 'golden', name), 'utf8');

type Tree = { [name: string]: unknown };

/** Copies of a record, each with one number, at any depth, made larger; named by the place of the number. */
function changed<T extends object>(record: T): [place: string, record: T][] {
  const places: string[][] = [];
  const walk = (value: unknown, place: string[]): void => {
    if (typeof value === 'number') places.push(place);
    else if (value !== null && typeof value === 'object') {
      for (const [name, child] of Object.entries(value)) walk(child, [...place, name]);
    }
  };
  walk(record, []);
  return places.map((place) => {
    const copy = structuredClone(record);
    const parent = place.slice(0, -1).reduce((tree, name) => tree[name] as Tree, copy as unknown as Tree);
    const name = place.at(-1)!; // a number lies below the record itself
    parent[name] = (parent[name] as number) * 1.5 + 2;
    return [place.join('.'), copy];
  });
}

/** Figures that a card leaves out, because another says the same or there are enough. */
const leftOut = [
  /sampleDeviation/,
  /^headline\.(image|game\.(?!mae\b)).*\.(confidence|resamples)$/, // said once for all
  /^models\..*\.(confidence|resamples)$/,
  /^models\.\d+\.headline\.(?!mae\b|r2Log|spearman|within50)/,
  /^models\.\d+\.versusMedian\.difference\.(?!mae\b)/,
];
const changes = <T extends object>(record: T): [place: string, record: T][] =>
  changed(record).filter(([place]) => !leftOut.some((pattern) => pattern.test(place)));

describe.each([
  ['data-card.md', dataCard(dataRecord)],
  ['data-card-empty.md', dataCard(emptyDataRecord)],
  ['model-card.md', modelCard(modelRecord)],
  ['model-card-empty.md', modelCard(emptyModelRecord)],
])('%s', (name, card) => {
  it('is as it was agreed', () => {
    expect(card).toBe(golden(name));
  });

  it('has no figure that is none', () => {
    expect(card).not.toMatch(/undefined|NaN|Infinity|null|\[object/);
  });
});

describe('a card', () => {
  it.each(changes(dataRecord))('of data changes with %s', (_place, record) => {
    expect(dataCard(record)).not.toBe(dataCard(dataRecord));
  });

  it.each(changes(modelRecord))('of a model changes with %s', (_place, record) => {
    expect(modelCard(record)).not.toBe(modelCard(modelRecord));
  });

  it.each(Object.entries(emptyDataRecord).filter(([, value]) => value === null))(
    'of data names %s as missing when it alone is',
    (name) => {
      const card = dataCard({ ...dataRecord, licence: 'CC0', [name]: null });
      expect(card).toContain(MISSING);
      expect(dataCard({ ...dataRecord, licence: 'CC0' })).not.toContain(MISSING);
    },
  );

  it.each(Object.entries(emptyModelRecord).filter(([, value]) => value === null))(
    'of a model names %s as missing when it alone is',
    (name) => {
      expect(modelCard({ ...modelRecord, [name]: null })).toContain(MISSING);
      expect(modelCard(modelRecord)).not.toContain(MISSING);
    },
  );

  it('of data says so when no row was dropped', () => {
    const rows = { read: 10, used: 10, dropped: [] };
    expect(dataCard({ ...dataRecord, rows })).toContain('- Rows dropped: none');
  });

  it('of a model says so when there were too few games for intervals, or no warnings', () => {
    const calibration = {
      confidence: 0.9,
      count: 3,
      reach: null,
      warning: '3 validation games are too few.',
    };
    const intervals = { ...modelRecord.intervals!, calibration };
    expect(modelCard({ ...modelRecord, intervals })).toContain('3 validation games are too few.');
    expect(modelCard({ ...modelRecord, warnings: [] })).toContain('The run gave no warnings.');
  });
});

describe('Markdown', () => {
  it('shows text from the data as it is written, on its line and in its cell', () => {
    expect(markdownText('a|b <i>*x*_y_</i>\n# `z` & [q](r)')).toBe(
      'a\\|b \\<i\\>\\*x\\*\\_y\\_\\</i\\> \\# \\`z\\` &amp; \\[q\\](r)',
    );
    expect(markdownCode('a`b\nc')).toBe('`abc`');
  });

  it('has tables with a rule below the headings', () => {
    expect(markdownTable(['Part', 'Games'], [['test', '3']])).toBe(
      '| Part | Games |\n| --- | ---: |\n| test | 3 |',
    );
  });
});
