import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Dropped, Item } from '../core/concepts';
import { ReportError } from '../core/errors';
import { type ClassFolders, readClassFolders, requireClasses } from './classFolders';
import { byCodePoint } from './folders';
import { isBlank, isPictureName, listedFiles } from './listCell';
import { readColumns, readProvenance } from './provenance';
import { type SplitSettings, splitByTitle } from './split';
import { decodeTable, parseTable } from './table';

/** A data set whose pictures may each have several classes. */
export interface ClassTable extends ClassFolders {
  /** All classes of each item, the one that it counts as first. */
  classesOf: ReadonlyMap<string, readonly string[]>;
}

/** How a table of classes is to be read. */
export interface ClassTableReading {
  /** Of several classes an item counts as the first in this order; those that it does not name come after it, by code point. */
  priority: readonly string[];
  /** The column of titles, or several joined by +; default the one that about.json says, or `title`. */
  title?: string | undefined;
  /** The table, default `labels.csv`; what its columns are called where about.json does not say; and the folder that its files lie in. */
  table?: string;
  columns?: { file: string; class: string };
  pictures?: string;
  /** True where a file has one class: of several rows for it the first counts. Default false: it has the classes of all of them. */
  once?: boolean;
}

/** The table of a folder that has one, else its class folders. Throws what reading either throws. */
export async function readClasses(
  folder: string,
  reading: ClassTableReading,
  settings: SplitSettings,
): Promise<ClassTable> {
  if (existsSync(path.join(folder, 'labels.csv'))) return readClassTable(folder, reading, settings);
  const set = await readClassFolders(folder, settings);
  return { ...set, classesOf: new Map(set.items.map(({ id, label }) => [id, [label]])) };
}

/**
 * Reads a table such as `folder/labels.csv`: a row for each picture with its path below the folder (`file`), its class or classes (`class`), and perhaps what it is of (`title`), or other columns that about.json names; pictures of one title are dealt to one part. What cannot be used is named in `dropped`.
 * Throws `NO_TABLE`, `BAD_INPUT` for fewer than two classes, `BAD_SPLIT`, and what reading a table throws.
 */
export async function readClassTable(
  folder: string,
  { priority, title: column, table = 'labels.csv', columns, pictures = '', once }: ClassTableReading,
  settings: SplitSettings,
): Promise<ClassTable> {
  const file = path.join(folder, table);
  const bytes = await readFile(file).catch((cause: unknown) => {
    const advice = `${file} cannot be read: put a CSV with the columns file and class there.`;
    throw new ReportError('NO_TABLE', advice, { cause });
  });
  const { text, note } = decodeTable(bytes, file);
  const named = await readColumns(folder, ['file', 'class', 'title']);
  const names = { file: 'file', class: 'class', ...columns, ...named };
  const given = (column ?? named.title)?.split('+');
  const titleColumns = given ?? ['title'];
  const { rows, ragged } = parseTable(text, file, [names.file, names.class, ...(given ?? [])]);
  const dropped: Dropped[] = ragged.map(({ line }) => ({
    name: `line ${line}`,
    reason: 'a row of another length',
  }));
  const found = new Map<string, { title: string; classes: string[] }>();
  const listed = new Set<string>();
  for (const { line, cell } of rows) {
    const name = path.posix.join(pictures, cell(names.file).trim().replaceAll('\\', '/'));
    const classes = listedFiles(cell(names.class), /$^/).map(([one]) => one); // a list as of files
    const again = once && found.has(name) ? 'a further row for a file' : null;
    listed.add(name);
    const reason = reasonAgainst(cell(names.file), name, classes) ?? again;
    if (reason !== null) dropped.push({ name: `line ${line}`, reason });
    else {
      const title = titleColumns
        .map((column) => cell(column).trim())
        .join(' ')
        .trim();
      const before = found.get(name)?.classes ?? [];
      found.set(name, { title, classes: [...before, ...classes] });
    }
  }
  const unlisted = (await picturesBelow(folder, pictures)).filter((name) => !listed.has(name));
  for (const name of unlisted) dropped.push({ name, reason: `a picture that ${table} does not list` });
  const classesOf = new Map([...found].map(([id, { classes }]) => [id, byPriority(classes, priority)]));
  const items = [...found].map(
    ([id, { title }]): Item<string> => ({
      ...{ id, label: classesOf.get(id)![0]!, files: [id] }, // of the same files, each with a class
      ...(title !== '' && { title }),
    }),
  );
  return {
    ...{ name: path.basename(path.resolve(folder)), folder, generated: false, items, dropped },
    ...(note && { notes: [note] }),
    provenance: await readProvenance(folder),
    classes: requireClasses(folder, items),
    split: splitByTitle(items, settings),
    classesOf,
  };
}

/** The pictures in a folder below `folder` and in those below it, with their paths from `folder`; none where it is not there, which each row then says. */
async function picturesBelow(folder: string, inside: string): Promise<string[]> {
  const names = await readdir(path.join(folder, inside), { recursive: true }).catch(() => []);
  return names
    .filter((name) => isPictureName(name) && !/(^|[\\/])\./.test(name))
    .map((name) => path.posix.join(inside, name.replaceAll('\\', '/')))
    .sort(byCodePoint);
}

function reasonAgainst(written: string, file: string, classes: readonly string[]): string | null {
  if (isBlank(written)) return 'a row without a file';
  if (path.isAbsolute(file) || file.split('/')[0] === '..') return 'a file outside the folder';
  return classes.length === 0 ? 'a row without a class' : null;
}

/** The different ones of some classes in an order of priority; those that it does not name come last, by code point. */
export function byPriority(classes: Iterable<string>, priority: readonly string[]): string[] {
  const place = (name: string): number =>
    priority.includes(name) ? priority.indexOf(name) : priority.length;
  return [...new Set(classes)].sort((a, b) => place(a) - place(b) || byCodePoint(a, b));
}
