import { readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../lib/core/files';
import { type PictureFile, withKeys } from '../../lib/images/pictureKey';
import type { PictureSettings } from '../../lib/images/pictureTask';
import { prepareImage } from '../../lib/images/prepare';
import {
  type FillStoreOptions,
  fillStore,
  type ImageStore,
  mergeStore,
  missingPictures,
  openStore,
  storeName,
} from '../../lib/images/store';
import { openProcesses } from '../../lib/storage/workers';
import { picture, wavePixels } from './pictures';

const size = 16;
const settings: PictureSettings = { size, background: '#203040', decoder: 'sharp' };
let dataFolder: string;
let folder: string; // a whole store of `screenshots`
const screenshots: PictureFile[] = [];
const bytes = size * size * 3;

const shot = (id: string, file: string): PictureFile => ({
  id: id, // an appid by its looks
  file: `screenshots/${id}/${file}`,
});

beforeAll(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'store-'));
  folder = path.join(dataFolder, 'prepared');
  for (const id of ['10', '20', '30']) {
    await mkdir(path.join(dataFolder, 'screenshots', id), { recursive: true });
    for (let n = 0; n < 4; n++) {
      const [width, height] = [40 + n * 10, 60 - n * 12];
      const screenshot = shot(id, `${n}.jpg`);
      const jpeg = await picture(wavePixels(width, height, Number(id) + n), width, height)
        .jpeg()
        .toBuffer();
      await writeFile(path.join(dataFolder, screenshot.file), jpeg);
      screenshots.push(screenshot);
    }
  }
  await writeFile(path.join(dataFolder, 'screenshots/20/bad.jpg'), 'no picture');
  screenshots.splice(5, 0, shot('20', 'bad.jpg'));
  screenshots.push(shot('30', 'none.jpg'));
  expect(await fill(folder)).toBe(14);
});
afterAll(() => rm(dataFolder, { recursive: true }));

const wanted = (some: readonly PictureFile[] = screenshots) => withKeys(dataFolder, some);
const fill = async (
  place: string,
  some: readonly PictureFile[] = screenshots,
  options: Partial<FillStoreOptions> = {},
): Promise<number> => fillStore(place, await wanted(some), { dataFolder, settings, ...options });
const open = async (place = folder, some?: readonly PictureFile[]): Promise<ImageStore> =>
  openStore(place, size, await wanted(some));

/** A fresh folder below the data folder. */
const place = (name: string) => mkdtemp(path.join(dataFolder, `${name}-`));

/** A copy of the whole store that a test may damage, and the two files of its one segment. */
async function copyOfStore(): Promise<{ copy: string; rows: string; index: string }> {
  const copy = await place('copy');
  await cp(folder, copy, { recursive: true });
  const file = (ending: string) => path.join(copy, readdirSync(copy).find((name) => name.endsWith(ending))!); // one each
  return { copy, rows: file('.bin'), index: file('.json') };
}

/** The names and contents of all files of a store. */
async function contents(store: string): Promise<Record<string, string>> {
  const names = readdirSync(store).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, sha256(await readFile(path.join(store, name)))])),
  );
}

const badStore = expect.objectContaining({ code: 'BAD_STORE' });
const badInput = expect.objectContaining({ code: 'BAD_INPUT' });

describe('filling a store', () => {
  it('keeps each readable picture, in order, exactly as it is prepared alone', async () => {
    const good = screenshots.filter(({ file }) => !/bad|none/.test(file));
    const store = await open();
    expect(store).toMatchObject({ size, count: 12 });
    for (const [row, { id, file }] of good.entries()) {
      const alone = await prepareImage(path.join(dataFolder, file), size, settings.background);
      expect(store.readOne(row)).toEqual(alone.pixels);
      const { columns } = store.index;
      expect([columns.item[row], columns.file[row]]).toEqual([id, file]);
      expect([columns.width[row], columns.height[row]]).toEqual([alone.width, alone.height]);
      expect(columns.sha256[row]).toBe(sha256(alone.pixels));
    }
    store.close();
  });

  it('leaves a bad file out, with its reason, and goes on', async () => {
    const store = await open();
    expect(store.index.unreadable).toEqual([
      { ...shot('20', 'bad.jpg'), reason: expect.stringContaining('not a picture') },
      { ...shot('30', 'none.jpg'), reason: 'there is no such file' },
    ]);
    store.close();
  });

  it('prepares nothing twice, not even what cannot be read', async () => {
    const before = await contents(folder);
    expect(await fill(folder)).toBe(0);
    expect(await contents(folder)).toEqual(before);
    expect(missingPictures(folder, size, await wanted())).toEqual([]);
  });

  it('prepares only the pictures that came, and gives all in the order asked for', async () => {
    const other = await place('growing');
    const [early, late] = [screenshots.slice(3, 8), screenshots];
    expect(await fill(other, early)).toBe(5);
    expect(await fill(other, late)).toBe(9);
    const [grown, whole] = [await open(other), await open()];
    const all = Array.from({ length: 12 }, (_, row) => row);
    expect(grown.index).toEqual(whole.index);
    expect(grown.read(all)).toEqual(whole.read(all));
    const part = await open(other, [screenshots[7]!, screenshots[0]!]); // any selection, in any order
    expect(part.index.columns.file).toEqual([screenshots[7]!.file, screenshots[0]!.file]);
    expect(part.readOne(1)).toEqual(whole.readOne(0));
    for (const store of [grown, whole, part]) store.close();
  });

  it('prepares a picture again when its file has changed, and leaves the rest', async () => {
    const other = await place('changed');
    const own = shot('10', 'own.jpg');
    const file = path.join(dataFolder, own.file);
    await cp(path.join(dataFolder, screenshots[0]!.file), file);
    const some = [own, screenshots[1]!];
    expect(await fill(other, some)).toBe(2);
    await utimes(file, new Date(), new Date(Date.now() + 5000));
    expect(await fill(other, some)).toBe(1);
    expect(await fill(other, some)).toBe(0);
    await rm(file);
    expect(await fill(other, some)).toBe(1); // now it is noted as a file that is not there
  });

  it('writes the same files in one process and in two', async () => {
    const one = await place('one');
    await fill(one);
    const workers = openProcesses(2);
    const two = await place('two');
    await fill(two, screenshots, { workers });
    workers.close();
    expect(await contents(two)).toEqual(await contents(one));
  });

  it('keeps a picture that two games show once, and gives it to both', async () => {
    const other = await place('shared');
    const twice = [screenshots[0]!, { ...screenshots[0]!, id: '99' }]; // an appid by its looks
    expect(await fill(other, twice)).toBe(1);
    const store = await open(other, twice);
    expect(store.index.columns.item).toEqual(['10', '99']);
    store.close();
  });

  it('tells its progress, bad files included', async () => {
    const progress: [number, number][] = [];
    await fill(await place('progress'), screenshots, { onProgress: (...told) => progress.push(told) });
    expect(progress).toEqual([[14, 14]]);
  });

  it('stops with INTERRUPTED when asked to, and leaves no half of a segment', async () => {
    const other = await place('interrupted');
    const signal = AbortSignal.abort();
    await expect(fill(other, screenshots, { signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(readdirSync(other)).toEqual([]);
    await expect(open(other)).rejects.toThrow(badStore);
  });

  it('stops for a fault that is not the picture’s', async () => {
    const other = { settings: { ...settings, background: 'no colour' } };
    await expect(fill(await place('colour'), screenshots, other)).rejects.toMatchObject({
      code: 'BAD_SETTING',
    });
  });

  it('has another folder for every setting that changes a picture', () => {
    const others: Partial<PictureSettings>[] = [
      {},
      { size: 17 },
      { background: '#203041' },
      { decoder: 'tensorflow' },
    ];
    expect(new Set(others.map((change) => storeName({ ...settings, ...change }))).size).toBe(4);
    expect(storeName(settings)).toMatch(/^16-[0-9a-f]{8}$/);
  });

  it('makes a store of no rows from no pictures', async () => {
    const other = await place('empty');
    expect(await fill(other, [])).toBe(0);
    const store = await open(other, []);
    expect(store.count).toBe(0);
    expect(store.read([])).toHaveLength(0);
    expect(store.read([])).toHaveLength(0);
    store.close();
  });
});

describe('merging a store', () => {
  it('brings what several runs left into the form of one run, and drops what is not wanted', async () => {
    const other = await place('merged');
    await fill(other, screenshots.slice(9));
    await fill(other, screenshots.slice(0, 4));
    await fill(other, screenshots);
    const extra = shot('40', 'gone.jpg');
    await fill(other, [extra]);
    expect(readdirSync(other)).toHaveLength(8);
    await mergeStore(other, size, await wanted());
    const fresh = await place('fresh');
    await fill(fresh);
    expect(await contents(other)).toEqual(await contents(fresh));
    await mergeStore(other, size, await wanted());
    expect(await contents(other)).toEqual(await contents(fresh));
  });

  it('changes nothing when pictures are missing', async () => {
    const other = await place('incomplete');
    await fill(other, screenshots.slice(2));
    const before = await contents(other);
    await expect(mergeStore(other, size, await wanted())).rejects.toThrow(/2 of 14 rows are missing/);
    expect(await contents(other)).toEqual(before);
  });
});

describe('an open store', () => {
  it('reads any rows in the order asked for', async () => {
    const store = await open();
    const each = Array.from({ length: 12 }, (_, row) => [...store.readOne(row)]);
    const expected = (rows: number[]) => rows.flatMap((row) => each[row]!);
    fc.assert(
      fc.property(fc.array(fc.nat(11), { maxLength: 30 }), (rows) => {
        expect([...store.read(rows)]).toEqual(expected(rows));
      }),
    );
    store.close();
  });

  it('refuses rows that are not there', async () => {
    const store = await open();
    for (const row of [-1, 12, 1.5, Number.NaN]) {
      expect(() => store.readOne(row)).toThrow(badInput);
      expect(() => store.read([0, row])).toThrow(badInput);
    }
    store.close();
  });

  it('refuses to read once closed; closing twice does no harm', async () => {
    const store = await open();
    store.close();
    store.close();
    expect(() => store.readOne(0)).toThrow(badInput);
  });

  it('is refused where there is none, or a picture is missing', async () => {
    await expect(open(path.join(dataFolder, 'nowhere'))).rejects.toThrow(badStore);
    const { copy, rows } = await copyOfStore();
    await rm(rows);
    await expect(open(copy)).rejects.toThrow(badStore);
    await expect(open(folder, [shot('10', 'new.jpg')])).rejects.toThrow(/new.jpg is not in it/);
  });

  it('is refused when its rows are shorter or longer than the index says', async () => {
    const { copy, rows } = await copyOfStore();
    await truncate(rows, 14 * bytes - 1);
    await expect(open(copy)).rejects.toThrow(/has 10751 bytes, but 14 rows take 10752/);
    await truncate(rows, 15 * bytes);
    await expect(open(copy)).rejects.toThrow(badStore);
  });

  it('is refused when an index is damaged, of another version or contradicts itself', async () => {
    type Index = { version: number; rowBytes: number; keys: string[]; columns: Record<string, unknown[]> };
    const changes: ((index: Index) => unknown)[] = [
      () => null,
      () => [],
      (other) => ({ ...other, version: 99 }),
      (other) => ({ ...other, rowBytes: 0 }),
      (other) => ({ ...other, keys: other.keys.slice(1) }),
      (other) => ({ ...other, columns: undefined }),
      (other) => ({ ...other, columns: { ...other.columns, width: other.columns.width!.slice(1) } }),
    ];
    const { copy, index } = await copyOfStore();
    const text = await readFile(index, 'utf8');
    for (const change of changes) {
      await writeFile(index, JSON.stringify(change(JSON.parse(text))));
      await expect(open(copy)).rejects.toThrow(badStore);
    }
    await writeFile(index, '{"version": 1');
    await expect(open(copy)).rejects.toThrow(badStore);
  });

  it('notices rows that are cut while it is open', async () => {
    const { copy, rows } = await copyOfStore();
    const store = await open(copy);
    await truncate(rows, 5 * bytes + 1);
    expect(store.readOne(4)).toHaveLength(bytes);
    expect(() => store.read([4, 5])).toThrow(badStore);
    store.close();
  });
});
