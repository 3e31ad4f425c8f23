import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import type { Features } from '../../../lib/report/classStudy';
import type { GenreData } from '../../../lib/studies/genres/data';
import { priorityTable } from '../../../lib/studies/genres/labels';
import { compareClassifiers, compareSplits, foldResults } from '../../../lib/studies/genres/splits';
import { loadTensorFlow } from '../../../lib/tensorflow/backend';
import { withCode } from '../../data/close';

/** Four covers of each of 60 titles, the last a copy of the third; a title has features of its own, which say nothing of its genre. */
const [titles, each, dims] = [60, 4, 40];
const classes = ['fighting', 'indie', 'sport'];
const id = (row: number): string => `cover ${row}`;
const own = Array.from({ length: titles }, (_, title) => {
  const { normal } = random(title, 'features of a title');
  return Float32Array.from({ length: dims }, normal);
});
const rowsOf = (from: number, to: number): number[] =>
  Array.from({ length: titles * each }, (_, row) => row).filter(
    (row) => row % each < each - 1 && row >= from * each && row < to * each,
  );
const data = {
  classes,
  priority: ['fighting', 'sport', 'indie'],
  labels: Array.from({ length: titles * each }, (_, row) => classes[Math.floor(row / each) % 3]!), // three of them
  rows: { training: rowsOf(0, 40), validation: rowsOf(40, 50), test: rowsOf(50, 60) },
  items: Array.from({ length: titles * each }, (_, row) => ({
    id: id(row),
    title: `${Math.floor(row / each)}`,
  })),
  images: { index: { columns: { item: Array.from({ length: titles * each }, (_, row) => id(row)) } } },
  split: { training: [id(0), id(4)], validation: [id(8)], test: [id(12)] },
  classesOf: new Map([
    [id(0), ['fighting', 'sport']],
    [id(4), ['sport', 'indie']],
    [id(8), ['sport']],
    [id(12), ['fighting']],
  ]),
} as unknown as GenreData; // what is asked for

describe('what a split claims', () => {
  beforeAll(loadTensorFlow);

  it('is all memory where covers of a title are on both sides, and chance where they are not', async () => {
    const read = (rows: readonly number[]) =>
      Float32Array.from(rows.flatMap((row) => [...own[Math.floor(row / each)]!]));
    const features = { pictures: data, rows: { read } } as unknown as Features<GenreData>; // what is asked for
    const [random, unique, byTitle] = await compareSplits(features, 1);
    expect([random?.covers, unique?.covers, byTitle?.covers]).toEqual([240, 180, 180]);
    expect(random?.accuracy.share).toBeGreaterThan(0.95);
    expect(unique?.accuracy.share).toBeGreaterThan(0.9);
    expect(byTitle?.accuracy.share).toBeLessThan(0.6); // a third, but for chance
    expect(byTitle!.accuracy.high - byTitle!.accuracy.low).toBeGreaterThan(0.15); // of 60 titles, not 180 covers
  });
});

describe('two classifiers over folds by title', () => {
  beforeAll(loadTensorFlow);

  it('are judged on what each is given, and leave their figures', async () => {
    const around = (row: number): number[] => {
      const { uniform } = random(Math.floor(row / each), 'angle of a title');
      const [angle, radius] = [uniform(0, 2 * Math.PI), 1 + 2 * (Math.floor(row / each) % 3)];
      return [radius * Math.cos(angle), radius * Math.sin(angle)]; // genres in rings: no line parts them
    };
    const rows = {
      ...{ shape: [1, 1, 2] as const, key: 'rings' },
      read: (wanted: readonly number[]) => Float32Array.from(wanted.flatMap(around)),
    };
    const features = { pictures: data, rows } as unknown as Features<GenreData>; // what is asked for
    const found = await compareClassifiers(features, { ...rows, parts: [1, 1] }, 1);
    expect(found.map(({ name, covers }) => [name, covers])).toEqual([
      ['linear', 180],
      ['kernel', 180],
    ]);
    const figures = foldResults('folds.', found);
    expect(figures['folds.linear.accuracy']).toBeLessThan(0.6); // a third, but for chance
    expect(figures['folds.kernel.accuracy']).toBeGreaterThan(0.8);
    expect(figures['folds.kernel.macro_f1']).toBe(found[1]?.macroF1.estimate);
    expect(figures['folds.kernel.accuracy.low']).toBe(found[1]?.accuracy.low);
  });

  it('refuse features that are not of the depths they are said to be of', async () => {
    const read = (wanted: readonly number[]) => new Float32Array(2 * wanted.length);
    const rows = { shape: [1, 1, 2] as const, key: 'none', read };
    const features = { pictures: data, rows } as unknown as Features<GenreData>; // what is asked for
    const compared = compareClassifiers(features, { ...rows, parts: [3] }, 1);
    await expect(compared).rejects.toThrow(withCode('BAD_INPUT'));
  });
});

describe('the order of genres', () => {
  it('counts a cover under the first of its genres, and what the others lose', () => {
    expect(priorityTable(data)).toEqual([
      { genre: 'fighting', named: 2, elsewhere: 0, counted: 2 },
      { genre: 'sport', named: 3, elsewhere: 1, counted: 2 },
      { genre: 'indie', named: 1, elsewhere: 1, counted: 0 },
    ]);
  });
});
