import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClassFolders } from '../../lib/data/classFolders';
import { temporaryFolder } from '../temporary';
import { withCode } from './close';

const settings = { testShare: 0.25, validationShare: 0.25, seed: 1 };

/** A folder with these files, all of them empty. */
function folderOf(files: readonly string[]): string {
  const folder = temporaryFolder();
  for (const file of files) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), '');
  }
  return folder;
}

const numbered = (folder: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${folder}/img${i + 1}.png`);

describe('class folders without parts', () => {
  it('give each file as an item with the name of its folder, classes and files by code point', async () => {
    const folder = folderOf([...numbered('dog', 11), ...numbered('Zebra', 4), ...numbered('äffchen', 4)]);
    const { classes, items, name, provenance } = await readClassFolders(folder, settings);
    expect(classes).toEqual(['Zebra', 'dog', 'äffchen']);
    expect(items.slice(4, 8).map(({ id }) => id)).toEqual([
      'dog/img1.png',
      'dog/img10.png',
      'dog/img11.png',
      'dog/img2.png',
    ]);
    expect(items[4]).toEqual({ id: 'dog/img1.png', label: 'dog', files: ['dog/img1.png'] });
    expect(name).toBe(path.basename(folder));
    expect(provenance).toEqual({ origin: null, licence: null });
  });

  it('are dealt class by class, the same again for a seed', async () => {
    const folder = folderOf([...numbered('cat', 40), ...numbered('dog', 8)]);
    const { items, split } = await readClassFolders(folder, settings);
    const ofClass = (ids: readonly string[], label: string) =>
      ids.filter((id) => id.startsWith(label)).length;
    expect([split.test, split.validation, split.training].map((ids) => ofClass(ids, 'cat'))).toEqual([
      10, 8, 22,
    ]);
    expect([split.test, split.validation, split.training].map((ids) => ofClass(ids, 'dog'))).toEqual([
      2, 2, 4,
    ]);
    expect([...split.test, ...split.validation, ...split.training].sort()).toEqual(
      items.map(({ id }) => id).sort(),
    );
    expect((await readClassFolders(folder, settings)).split).toEqual(split);
    expect((await readClassFolders(folder, { ...settings, seed: 2 })).split).not.toEqual(split);
  });

  it('name what is hidden, empty, beside the classes or below them, and take none of it for a class', async () => {
    const folder = folderOf([
      ...numbered('cat', 3),
      ...numbered('dog', 3),
      '.git/HEAD',
      'cat/.DS_Store',
      'cat/more/1.png',
      'notes.txt',
      'about.json',
    ]);
    writeFileSync(path.join(folder, 'about.json'), '{ "licence": "MIT" }');
    mkdirSync(path.join(folder, 'owl'));
    const { classes, dropped, items, provenance } = await readClassFolders(folder, settings);
    expect(classes).toEqual(['cat', 'dog']);
    expect(items).toHaveLength(6);
    expect(provenance.licence).toBe('MIT');
    expect(dropped).toEqual([
      { name: '.git', reason: 'hidden' },
      { name: 'notes.txt', reason: 'a file in no class folder' },
      { name: 'cat/.DS_Store', reason: 'hidden' },
      { name: 'cat/more', reason: 'a folder in a class folder' },
      { name: 'owl/', reason: 'an empty folder' },
    ]);
  });

  it('may be links; one that leads nowhere is a file', async () => {
    const folder = folderOf(numbered('cat', 3));
    symlinkSync(path.join(folder, 'cat'), path.join(folder, 'copy'));
    symlinkSync('/nowhere', path.join(folder, 'gone'));
    const { classes, dropped } = await readClassFolders(folder, settings);
    expect(classes).toEqual(['cat', 'copy']);
    expect(dropped).toEqual([{ name: 'gone', reason: 'a file in no class folder' }]);
  });
});

describe('class folders with parts', () => {
  const train = [...numbered('train/cat', 8), ...numbered('train/dog', 8)];

  it('keep them', async () => {
    const folder = folderOf([...train, 'valid/cat/a.png', 'test/dog/b.png', 'test/owl/c.png']);
    const { classes, items, split } = await readClassFolders(folder, settings);
    expect(classes).toEqual(['cat', 'dog', 'owl']);
    expect(split).toMatchObject({
      validation: ['valid/cat/a.png'],
      test: ['test/dog/b.png', 'test/owl/c.png'],
    });
    expect(split.training).toHaveLength(16);
    expect(items.at(-1)).toEqual({ id: 'test/owl/c.png', label: 'owl', files: ['test/owl/c.png'] });
  });

  it('keep them where their names begin with capitals', async () => {
    const names = ['Train', 'VALID', 'Test'].flatMap((part) => [
      ...numbered(`${part}/cat`, 3),
      ...numbered(`${part}/dog`, 2),
    ]);
    const { classes, split, dropped } = await readClassFolders(folderOf(names), settings);
    expect(classes).toEqual(['cat', 'dog']);
    expect([split.training, split.validation, split.test].map((ids) => ids[0]!.split('/')[0])).toEqual([
      'Train',
      'VALID',
      'Test',
    ]);
    expect([split.training, split.validation, split.test].map(({ length }) => length)).toEqual([5, 5, 5]);
    expect(dropped).toEqual([]);
  });

  it('get a part that is not there, or empty, from the training pictures', async () => {
    const folder = folderOf([...train, 'val/cat/a.png', 'val/dog/b.png']);
    mkdirSync(path.join(folder, 'test'));
    const { split } = await readClassFolders(folder, settings);
    expect(split.validation).toEqual(['val/cat/a.png', 'val/dog/b.png']);
    expect([split.training.length, split.test.length]).toEqual([12, 4]);
  });

  it('name a folder that is no part', async () => {
    const folder = folderOf([...train, 'valid/cat/a.png', 'test/dog/b.png', 'raw/x.png']);
    expect((await readClassFolders(folder, settings)).dropped).toEqual([
      { name: 'raw', reason: 'a folder beside the parts' },
    ]);
  });

  it('are taken for classes when the folder of that name holds pictures', async () => {
    const folder = folderOf([...numbered('train', 4), ...numbered('car', 4)]);
    expect((await readClassFolders(folder, settings)).classes).toEqual(['car', 'train']);
  });
});

describe('class folders that cannot be used', () => {
  it('are refused by name', async () => {
    await expect(readClassFolders('/nowhere', settings)).rejects.toThrow(withCode('NO_DATA_FOLDER'));
    await expect(readClassFolders(folderOf(['x.png']), settings)).rejects.toThrow(/no class/);
    await expect(readClassFolders(folderOf(['cat/x.png']), settings)).rejects.toThrow(/one class, cat/);
    await expect(readClassFolders(folderOf(['cat/x.png', 'dog/y.png']), settings)).rejects.toThrow(
      withCode('BAD_SPLIT'),
    );
  });
});
