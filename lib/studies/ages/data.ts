import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Dropped, Item } from '../../core/concepts';
import { dataFolder } from '../../core/dataFolder';
import { ReportError } from '../../core/errors';
import type { Run } from '../../core/run';
import type { ClassFolders } from '../../data/classFolders';
import { prepareUnique, type UniqueClassData } from '../../data/copies';
import { listFolder } from '../../data/folders';
import { dealRows } from '../../data/partRows';
import { ownProvenance, readProvenance } from '../../data/provenance';
import { foldsByClass, parts, type Split } from '../../data/split';
import { parseTable } from '../../data/table';
import { makeSample } from './sample';
import type { Config } from './settings';

/** The classes from the first age to the last. */
export const classes = ['YOUNG', 'MIDDLE', 'OLD'] as const;

/** Of faces that look the same one is used. Aligned faces are alike in more bits than other pictures: in 3 across and 6 down different people are. */
const nearLimits = { across: 2, down: 2 };

/** Faces with their classes, dealt to the parts of the first fold, and those whose classes are asked for. */
export interface AgeData extends UniqueClassData {
  /** For each fold a split whose test part it is. */
  folds: readonly Split[];
  /** What the table says beside the class, such as the gender, by item; of no column that it does not have. */
  groups: Readonly<Record<string, ReadonlyMap<string, string>>>;
  /** The files of the faces without classes, in the order of their table, below `folder`. */
  asked: readonly string[];
}

/** The faces of the study, prepared at `size` pixels: in the contest's layout, or the sample. Throws what reading and preparing throw. */
export async function openData(run: Run<Config>, size?: number): Promise<AgeData> {
  const { seed, folds: count } = run.config;
  const { folder, generated } = await dataFolder(run, {
    version: 2,
    inputs: { seed },
    make: (target) => makeSample(target, seed),
  });
  const { groups, asked, ...set } = await readFaces(folder);
  const provenance = generated ? ownProvenance : set.provenance;
  const unique = await prepareUnique(run, { ...set, generated, provenance }, size, nearLimits);
  const used = new Set(parts.flatMap((part) => unique.split[part]));
  const items = set.items.filter(({ id }) => used.has(id));
  const folds = foldsByClass(items, count, run.config);
  return { ...unique, groups, asked, folds, ...foldOf({ ...unique, folds }, 0) };
}

/** The rows of one fold, from 0. */
export function foldOf({ images, folds }: Pick<AgeData, 'images' | 'folds'>, fold: number) {
  const split = folds[fold]!; // one of them
  return { split, ...dealRows(images, split) };
}

/** Names of the table and of the folder with its pictures: the contest's, and those of a set without a test part. */
const layouts = [
  { table: 'train.csv', pictures: 'Train' },
  { table: 'labels.csv', pictures: 'images' },
];

/** Columns of groups that are looked for. */
const groupColumns = ['gender'];

type Faces = ClassFolders & Pick<AgeData, 'groups' | 'asked'>;

/** Reads `train.csv` (ID, Class) with the pictures in `Train/`, and `test.csv` (ID) with those in `Test/`. What cannot be used is named in `dropped`. Throws `NO_DATA_FOLDER`, `BAD_INPUT`, and what `parseTable` throws. */
export async function readFaces(folder: string): Promise<Faces> {
  const layout = layouts.find(({ table }) => existsSync(path.join(folder, table)));
  if (!layout) {
    const advice = 'give a folder with train.csv (ID, Class) and the pictures in Train/';
    throw new ReportError('NO_DATA_FOLDER', `${folder} has no train.csv: ${advice}.`);
  }
  const dropped: Dropped[] = [];
  const { columns, rows } = await readTable(folder, layout.table, ['ID', 'Class'], dropped);
  const items: Item<string>[] = [];
  for (const { id, cell } of rows) {
    const label = cell('Class').trim().toUpperCase();
    const known = classes.some((name) => name === label);
    if (known) items.push({ id, label, files: [`${layout.pictures}/${id}`] });
    else dropped.push({ name: id, reason: `of no class of ${classes.join(', ')}` });
  }
  const absent = classes.filter((name) => !items.some(({ label }) => label === name));
  if (absent.length > 0) {
    const advice = 'give pictures of all three';
    throw new ReportError('BAD_INPUT', `${layout.table} has no picture of ${absent.join(', ')}: ${advice}.`);
  }
  const listed = new Set(rows.map(({ id }) => id));
  const { files } = await listFolder(path.join(folder, layout.pictures));
  const unlisted = files.filter((name) => !listed.has(name));
  for (const name of unlisted) dropped.push({ name, reason: `not in ${layout.table}` });
  const found = groupColumns.filter((name) => columns.some((own) => own.toLowerCase() === name));
  const groupsBy = (name: string) => new Map(rows.map(({ id, cell }) => [id, cell(name).trim()] as const));
  const asked = existsSync(path.join(folder, 'test.csv'))
    ? (await readTable(folder, 'test.csv', ['ID'], dropped)).rows.map(({ id }) => `Test/${id}`)
    : [];
  return {
    ...{
      name: path.basename(path.resolve(folder)),
      folder,
      generated: false,
      items,
      dropped,
      classes,
      asked,
    },
    provenance: await readProvenance(folder),
    split: { training: items.map(({ id }) => id), validation: [], test: [] },
    groups: Object.fromEntries(found.map((name) => [name, groupsBy(name)])),
  };
}

/** The rows of a table, each with an ID of its own; others are dropped. */
async function readTable(folder: string, name: string, needed: readonly string[], dropped: Dropped[]) {
  const table = parseTable(await readFile(path.join(folder, name), 'utf8'), name, needed);
  const seen = new Set<string>();
  const rows = table.rows.flatMap(({ line, cell }) => {
    const id = cell('ID').trim();
    if (id !== '' && !seen.has(id)) {
      seen.add(id);
      return [{ id, cell }];
    }
    const reason = id === '' ? 'a row without ID' : 'an ID that was there before';
    dropped.push({ name: id || `${name}, line ${line}`, reason });
    return [];
  });
  for (const { line } of table.ragged)
    dropped.push({ name: `${name}, line ${line}`, reason: 'too few or too many cells' });
  return { columns: table.columns, rows };
}
