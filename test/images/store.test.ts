import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Screenshot } from '../../lib/dataset/screenshots';
import { sha256 } from '../../lib/files';
import { prepareImage } from '../../lib/images/prepare';
import { openStore, rowsByGame, type StoreIndex, writeStore } from '../../lib/images/store';
import type { AppId } from '../../lib/units';
import { picture, wavePixels } from './pictures';

const size = 16;
const background = '#203040';
let dataFolder: string;
let folder: string; // a whole store of `screenshots`
let index: StoreIndex;
const screenshots: Screenshot[] = [];
const bytes = size * size * 3;

const shot = (appid: string, file: string): Screenshot => ({
  appid: appid as AppId, // an appid by its looks
  file: `screenshots/${appid}/${file}`,
});

beforeAll(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'store-'));
  folder = path.join(dataFolder, 'prepared');
  for (const appid of ['10', '20', '30']) {
    await mkdir(path.join(dataFolder, 'screenshots', appid), { recursive: true });
    for (let n = 0; n < 4; n++) {
      const [width, height] = [40 + n * 10, 60 - n * 12];
      const screenshot = shot(appid, `${n}.jpg`);
      const jpeg = await picture(wavePixels(width, height, Number(appid) + n), width, height)
        .jpeg()
        .toBuffer();
      await writeFile(path.join(dataFolder, screenshot.file), jpeg);
      screenshots.push(screenshot);
    }
  }
  await writeFile(path.join(dataFolder, 'screenshots/20/bad.jpg'), 'no picture');
  screenshots.splice(5, 0, shot('20', 'bad.jpg'));
  screenshots.push(shot('30', 'none.jpg'));
  index = await writeStore(folder, screenshots, { dataFolder, size, background });
});
afterAll(() => rm(dataFolder, { recursive: true }));

/** A fresh folder below the data folder. */
const place = (name: string) => mkdtemp(path.join(dataFolder, `${name}-`));

/** A copy of the whole store that a test may damage. */
async function copyOfStore(change: (index: StoreIndex) => unknown = (same) => same): Promise<string> {
  const copy = await place('copy');
  await writeFile(path.join(copy, 'images.bin'), await readFile(path.join(folder, 'images.bin')));
  await writeFile(path.join(copy, 'index.json'), JSON.stringify(change(structuredClone(index))));
  return copy;
}

const badStore = expect.objectContaining({ code: 'BAD_STORE' });
const badInput = expect.objectContaining({ code: 'BAD_INPUT' });

describe('writeStore', () => {
  it('keeps each readable picture, in order, exactly as it is prepared alone', async () => {
    const good = screenshots.filter(({ file }) => !/bad|none/.test(file));
    const store = openStore(folder);
    expect(store).toMatchObject({ size, count: 12 });
    for (const [row, { appid, file }] of good.entries()) {
      const alone = await prepareImage(path.join(dataFolder, file), size, background);
      expect(store.readOne(row)).toEqual(alone.pixels);
      const { columns } = store.index;
      expect([columns.appid[row], columns.file[row]]).toEqual([appid, file]);
      expect([columns.width[row], columns.height[row]]).toEqual([alone.width, alone.height]);
      expect(columns.box[row]).toEqual(alone.box);
      expect(columns.sha256[row]).toBe(sha256(alone.pixels));
    }
    store.close();
  });

  it('leaves a bad file out, with its reason, and goes on', () => {
    expect(index.unreadable).toEqual([
      { ...shot('20', 'bad.jpg'), reason: expect.stringContaining('not a picture') },
      { ...shot('30', 'none.jpg'), reason: 'there is no such file' },
    ]);
  });

  it('gives the index that it wrote', () => {
    expect(openStore(folder).index).toEqual(index);
    expect(index).toMatchObject({ size, background, count: 12 });
  });

  it('writes the same bytes whatever the concurrency', async () => {
    for (const concurrency of [1, 3, 50]) {
      const other = await place('again');
      await writeStore(other, screenshots, { dataFolder, size, background, concurrency });
      for (const name of ['images.bin', 'index.json']) {
        expect(await readFile(path.join(other, name))).toEqual(await readFile(path.join(folder, name)));
      }
    }
  });

  it('tells its progress, bad files included', async () => {
    const progress: [number, number][] = [];
    const onProgress = (done: number, total: number) => progress.push([done, total]);
    await writeStore(await place('progress'), screenshots, { dataFolder, size, background, onProgress });
    expect(progress).toEqual(screenshots.map((_, i) => [i + 1, 14]));
  });

  it('stops with INTERRUPTED when asked to, and leaves no index that would make it a store', async () => {
    const controller = new AbortController();
    const other = await place('interrupted');
    const onProgress = (done: number) => done === 3 && controller.abort();
    const options = { dataFolder, size, background, concurrency: 2, onProgress, signal: controller.signal };
    await expect(writeStore(other, screenshots, options)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(existsSync(path.join(other, 'index.json'))).toBe(false);
    expect(() => openStore(other)).toThrow(badStore);
  });

  it('stops for a fault that is not the picture’s', async () => {
    const options = { dataFolder, size, background: 'no colour' };
    await expect(writeStore(await place('colour'), screenshots, options)).rejects.toMatchObject({
      code: 'BAD_SETTING',
    });
  });

  it('makes a store of no rows from no pictures', async () => {
    const other = await place('empty');
    await writeStore(other, [], { dataFolder, size, background });
    const store = openStore(other);
    expect(store.count).toBe(0);
    expect(store.read([])).toHaveLength(0);
    expect(store.read({ start: 0, end: 0 })).toHaveLength(0);
    store.close();
  });
});

describe('openStore', () => {
  it('reads any rows in the order asked for, and any range', async () => {
    const whole = await readFile(path.join(folder, 'images.bin'));
    const expected = (rows: number[]) =>
      rows.flatMap((row) => [...whole.subarray(row * bytes, (row + 1) * bytes)]);
    const store = openStore(folder);
    fc.assert(
      fc.property(fc.array(fc.nat(11), { maxLength: 30 }), (rows) => {
        expect([...store.read(rows)]).toEqual(expected(rows));
      }),
    );
    fc.assert(
      fc.property(fc.nat(12), fc.nat(12), (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const rows = Array.from({ length: end - start }, (_, i) => start + i);
        expect([...store.read({ start, end })]).toEqual(expected(rows));
      }),
    );
    store.close();
  });

  it('refuses rows that are not there', () => {
    const store = openStore(folder);
    for (const row of [-1, 12, 1.5, Number.NaN]) {
      expect(() => store.readOne(row)).toThrow(badInput);
      expect(() => store.read([0, row])).toThrow(badInput);
    }
    expect(() => store.read({ start: 3, end: 2 })).toThrow(badInput);
    expect(() => store.read({ start: 0, end: 13 })).toThrow(badInput);
    store.close();
  });

  it('refuses to read once closed; closing twice does no harm', () => {
    const store = openStore(folder);
    store.close();
    store.close();
    expect(() => store.readOne(0)).toThrow(badInput);
  });

  it('refuses a folder without a store', async () => {
    expect(() => openStore(path.join(dataFolder, 'nowhere'))).toThrow(badStore);
    const indexOnly = await copyOfStore();
    await rm(path.join(indexOnly, 'images.bin'));
    expect(() => openStore(indexOnly)).toThrow(badStore);
  });

  it('refuses pixels that are shorter or longer than the index says', async () => {
    const copy = await copyOfStore();
    await truncate(path.join(copy, 'images.bin'), 12 * bytes - 1);
    expect(() => openStore(copy)).toThrow(/9215 bytes, but 12 images of 16 pixels take 9216/);
    await truncate(path.join(copy, 'images.bin'), 13 * bytes);
    expect(() => openStore(copy)).toThrow(badStore);
  });

  it('refuses an index that is damaged, of another version or contradicts itself', async () => {
    const changes: ((index: StoreIndex) => unknown)[] = [
      () => null,
      () => [],
      (other) => ({ ...other, version: 99 }),
      (other) => ({ ...other, size: 0 }),
      (other) => ({ ...other, count: 11.5 }),
      (other) => ({ ...other, columns: undefined }),
      (other) => ({ ...other, columns: { ...other.columns, box: other.columns.box.slice(1) } }),
    ];
    for (const change of changes) {
      const copy = await copyOfStore(change);
      expect(() => openStore(copy)).toThrow(badStore);
    }
    const copy = await copyOfStore();
    await writeFile(path.join(copy, 'index.json'), '{"version": 1');
    expect(() => openStore(copy)).toThrow(badStore);
  });

  it('notices pixels that are cut while it is open', async () => {
    const copy = await copyOfStore();
    const store = openStore(copy);
    await truncate(path.join(copy, 'images.bin'), 5 * bytes + 1);
    expect(store.readOne(4)).toHaveLength(bytes);
    expect(() => store.read([4, 5])).toThrow(badStore);
    store.close();
  });
});

describe('rowsByGame', () => {
  it('gives the rows of each game in order', () => {
    expect([...rowsByGame(index)]).toEqual([
      ['10', [0, 1, 2, 3]],
      ['20', [4, 5, 6, 7]],
      ['30', [8, 9, 10, 11]],
    ]);
  });
});
