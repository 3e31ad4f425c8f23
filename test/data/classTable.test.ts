import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byPriority, readClasses, readClassTable } from '../../lib/data/classTable';
import { partOf } from '../../lib/data/split';
import { temporaryFolder } from '../temporary';
import { withCode } from './close';

const settings = { testShare: 0.25, validationShare: 0.25, seed: 1 };
const undealt = { testShare: 0, validationShare: 0, seed: 1 };
const priority = ['fighting', 'indie'];

function folderOf(rows: readonly string[], about?: object): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'labels.csv'), rows.join('\n'));
  if (about) writeFileSync(path.join(folder, 'about.json'), JSON.stringify(about));
  return folder;
}

/** Rows for so many titles of a class, each with two pictures. */
const pairs = (label: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => [
    `${label}/${i}.png,${label},${label} ${i}`,
    `${label}/${i}b.png,${label},${label} ${i}`,
  ]).flat();

describe('readClassTable', () => {
  it('gives each file as an item, with all its classes and the first of them by priority', async () => {
    const rows = [
      'file,class',
      'a.png,sport',
      'b.png,indie; fighting',
      '"c.png","[\'sport\', \'zen\']"',
      'd.png,zen',
      'd.png,art',
    ];
    const { items, classes, classesOf, dropped } = await readClassTable(
      folderOf(rows),
      { priority },
      undealt,
    );
    expect(items.map(({ id, label }) => [id, label])).toEqual([
      ['a.png', 'sport'],
      ['b.png', 'fighting'],
      ['c.png', 'sport'],
      ['d.png', 'art'],
    ]);
    expect(classes).toEqual(['art', 'fighting', 'sport']);
    expect(classesOf.get('b.png')).toEqual(['fighting', 'indie']);
    expect(classesOf.get('d.png')).toEqual(['art', 'zen']);
    expect(dropped).toEqual([]);
  });

  it('reads classes in the encoding of Windows, says so, and refuses UTF-16', async () => {
    const folder = folderOf([]);
    const write = (encoding: 'latin1' | 'utf16le') =>
      writeFileSync(
        path.join(folder, 'labels.csv'),
        Buffer.from(
          '\ufefffile,class\na.png,Stratégie\nb.png,Stratège\n'.slice(encoding === 'latin1' ? 1 : 0),
          encoding,
        ),
      );
    write('latin1');
    const { classes, notes } = await readClassTable(folder, { priority }, undealt);
    expect(classes).toEqual(['Stratège', 'Stratégie']);
    expect(notes).toEqual([expect.stringContaining('read as Windows-1252')]);
    write('utf16le');
    await expect(readClassTable(folder, { priority }, undealt)).rejects.toEqual(withCode('MALFORMED_TABLE'));
  });

  it('names pictures that no row lists, and further rows for a file that has one class', async () => {
    const folder = folderOf(['file,class', 'a.png,zen', './a.png,art', 'b.png,art', 'c.png,', 'c.png,zen']);
    mkdirSync(path.join(folder, 'more', '.thumbnails'), { recursive: true });
    const names = ['a.png', 'b.png', 'c.png', 'more/d.JPG', 'more/.thumbnails/e.png', 'more/read.txt'];
    for (const name of names) writeFileSync(path.join(folder, name), '');
    const read = (once: boolean) => readClassTable(folder, { priority, once }, undealt);
    const unlisted = { name: 'more/d.JPG', reason: 'a picture that labels.csv does not list' };
    const blank = { name: 'line 5', reason: 'a row without a class' };
    const several = await read(false);
    expect(several.classesOf.get('a.png')).toEqual(['art', 'zen']);
    expect(several.dropped).toEqual([blank, unlisted]);
    const single = await read(true);
    expect(single.items.map(({ id, label }) => [id, label])).toEqual([
      ['a.png', 'zen'],
      ['b.png', 'art'],
      ['c.png', 'zen'],
    ]);
    const again = { name: 'line 3', reason: 'a further row for a file' };
    expect(single.dropped).toEqual([again, blank, unlisted]);
  });

  it('keeps the pictures of a title together, and deals titles class by class', async () => {
    const rows = ['file,class,title', ...pairs('sport', 16), ...pairs('zen', 8)];
    const { split, items } = await readClassTable(folderOf(rows), { priority }, settings);
    const part = partOf(split);
    for (const { id } of items) expect(part.get(id)).toBe(part.get(id.replace('b.png', '.png')));
    expect(split.test.filter((id) => id.startsWith('sport'))).toHaveLength(8);
    expect(split.test.filter((id) => id.startsWith('zen'))).toHaveLength(4);
  });

  it('takes other columns where about.json or the setting names them, a title also from several', async () => {
    const rows = ['path,kind,maker,name', 'a.png,x,M,one', 'b.png,y,M,two', 'c.png,x,N,one', 'd.png,y,N,two'];
    const columns = { file: 'path', class: 'kind', title: 'name' };
    const folder = folderOf(rows, { columns });
    const titles = async (title?: string) =>
      (await readClassTable(folder, { priority, title }, undealt)).items.map((item) => item.title);
    expect(await titles()).toEqual(['one', 'two', 'one', 'two']);
    expect(await titles('maker+name')).toEqual(['M one', 'M two', 'N one', 'N two']);
    await expect(titles('series')).rejects.toThrow(withCode('MALFORMED_TABLE'));
  });

  it('names rows that cannot be used', async () => {
    const good = ['file,class', 'a.png,x', 'b.png,y', 'c.png,x', 'd.png,y'];
    const bad = ['../e.png,x', '/etc/f.png,x', 'sub/../../g.png,y', ',x', 'h.png,'];
    const { items, dropped } = await readClassTable(folderOf([...good, ...bad]), { priority }, undealt);
    expect(items.map(({ id }) => id)).toEqual(['a.png', 'b.png', 'c.png', 'd.png']);
    expect(dropped.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      'line 6: a file outside the folder',
      'line 7: a file outside the folder',
      'line 8: a file outside the folder',
      'line 9: a row without a file',
      'line 10: a row without a class',
    ]);
  });

  it('refuses a folder without a table, and one class', async () => {
    await expect(readClassTable(temporaryFolder(), { priority }, settings)).rejects.toThrow(
      withCode('NO_TABLE'),
    );
    const one = folderOf(['file,class', 'a.png,x', 'b.png,x']);
    await expect(readClassTable(one, { priority }, settings)).rejects.toThrow(withCode('BAD_INPUT'));
  });
});

describe('readClasses', () => {
  it('reads class folders where there is no table', async () => {
    await expect(readClasses('/nowhere', { priority }, settings)).rejects.toThrow(withCode('NO_DATA_FOLDER'));
  });
});

describe('byPriority', () => {
  it('is an order of the different names that depends on nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('fighting', 'indie', 'b', 'a')), (names) => {
        const sorted = byPriority(names, priority);
        const order = ['fighting', 'indie', 'a', 'b'] as const;
        expect(sorted).toEqual(order.filter((name) => names.includes(name)));
        expect(byPriority([...names].reverse(), priority)).toEqual(sorted);
      }),
    );
  });
});
