import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import type { Features } from '../../../lib/report/classStudy';
import type { GenreData } from '../../../lib/studies/genres/data';
import { priorityTable } from '../../../lib/studies/genres/labels';
import { compareSplits } from '../../../lib/studies/genres/splits';
import { loadTensorFlow } from '../../../lib/tensorflow/backend';

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

describe('the order of genres', () => {
  it('counts a cover under the first of its genres, and what the others lose', () => {
    expect(priorityTable(data)).toEqual([
      { genre: 'fighting', named: 2, elsewhere: 0, counted: 2 },
      { genre: 'sport', named: 3, elsewhere: 1, counted: 2 },
      { genre: 'indie', named: 1, elsewhere: 1, counted: 0 },
    ]);
  });
});
