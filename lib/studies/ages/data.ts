import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Dropped } from '../../core/concepts';
import { dataFolder } from '../../core/dataFolder';
import { ReportError } from '../../core/errors';
import type { Run } from '../../core/run';
import type { ClassFolders } from '../../data/classFolders';
import { readClassTable } from '../../data/classTable';
import { type FoldedData, prepareFolds } from '../../data/folds';
import { ownProvenance } from '../../data/provenance';
import type { SplitSettings } from '../../data/split';
import { decodeTable, parseTable } from '../../data/table';
import { makeSample } from './sample';
import type { Config } from './settings';

/** The classes from the first age to the last. */
export const classes: readonly string[] = ['YOUNG', 'MIDDLE', 'OLD'];

/** Of faces that look the same one is used. Aligned faces are alike in more bits than other pictures: in 3 across and 6 down different people are. */
const nearLimits = { across: 2, down: 2 };

/** Faces with their classes, dealt to folds, and those whose classes are asked for. */
export type AgeData = Faces & FoldedData;

/** The faces of the study, prepared at `size` pixels: in the contest's layout, or the sample. Throws what reading and preparing throw. */
export async function openData(run: Run<Config>, size?: number): Promise<AgeData> {
  const { seed, folds: count } = run.config;
  const { folder, generated } = await dataFolder(run, {
    version: 3,
    inputs: { seed },
    make: (target) => makeSample(target, seed),
  });
  const set = await readFaces(folder, run.config);
  const own = generated ? { ...set, generated, provenance: ownProvenance } : set;
  return prepareFolds(run, own, count, size, nearLimits);
}

interface Faces extends ClassFolders {
  /** By item; empty texts where the table does not say. */
  gender: ReadonlyMap<string, string>;
  /** The files of the faces without classes, in the order of their table, below `folder`. */
  asked: readonly string[];
}

/** Names of the table and of the folder with its pictures: the contest's, and those of a set without a test part. */
const layouts = [
  { table: 'train.csv', pictures: 'Train' },
  { table: 'labels.csv', pictures: 'images' },
];

/** Reads `train.csv` (ID, Class, perhaps gender) with the pictures in `Train/`, and `test.csv` (ID) with those in `Test/`. What cannot be used is named in `dropped`. Throws `NO_DATA_FOLDER`, `BAD_INPUT`, and what `readClassTable` throws. */
export async function readFaces(folder: string, settings: SplitSettings): Promise<Faces> {
  const layout = layouts.find(({ table }) => existsSync(path.join(folder, table)));
  if (!layout) {
    const advice = 'give a folder with train.csv (ID, Class) and the pictures in Train/';
    throw new ReportError('NO_DATA_FOLDER', `${folder} has no train.csv: ${advice}.`);
  }
  const columns = { file: 'ID', class: 'Class' };
  const set = await readClassTable(folder, { ...layout, columns, priority: classes, once: true }, settings);
  const items = set.items.filter(({ label }) => classes.includes(label));
  const absent = classes.filter((name) => !items.some(({ label }) => label === name));
  if (absent.length > 0) {
    const advice = 'give pictures of all three';
    throw new ReportError('BAD_INPUT', `${layout.table} has no picture of ${absent.join(', ')}: ${advice}.`);
  }
  const others = set.items.filter(({ label }) => !classes.includes(label));
  const tableOf = async (name: string) =>
    parseTable(decodeTable(await readFile(path.join(folder, name)), name).text, name, ['ID']);
  const { rows } = await tableOf(layout.table);
  const test = existsSync(path.join(folder, 'test.csv'))
    ? await tableOf('test.csv')
    : { rows: [], ragged: [] };
  const ids = test.rows.map(({ cell }) => cell('ID').trim()).filter((id) => id !== '');
  const dropped: Dropped[] = [
    ...set.dropped,
    ...others.map(({ id }) => ({ name: id, reason: `of no class of ${classes.join(', ')}` })),
    ...test.ragged.map(({ line }) => ({ name: `test.csv, line ${line}`, reason: 'a row of another length' })),
  ];
  return {
    ...{ ...set, items, dropped, classes },
    split: { training: items.map(({ id }) => id), validation: [], test: [] },
    gender: new Map(
      rows.map(({ cell }) => [`${layout.pictures}/${cell('ID').trim()}`, cell('gender').trim()]),
    ),
    asked: [...new Set(ids)].map((id) => `Test/${id}`),
  };
}
