import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalogue } from '../../../../lib/studies/prices/catalogue';
import { drawSubject, readLabels } from '../../../../lib/studies/prices/sample/pictures';
import { makeSample, type SampleSummary } from '../../../../lib/studies/prices/sample/sample';
import { alignedGames, indexScreenshots } from '../../../../lib/studies/prices/screenshots';

const code = (expected: string) => expect.objectContaining({ name: 'ReportError', code: expected });
const options = { games: 12, seed: 1 };

let root = '';
let folder = '';
let summary: SampleSummary;
const progress: [number, number][] = [];
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'sample-'));
  folder = path.join(root, 'first');
  summary = await makeSample(folder, {
    ...options,
    onProgress: (done, total) => progress.push([done, total]),
  });
});
afterAll(() => rm(root, { recursive: true }));

/** Hash of every file below a folder. */
async function hashes(of: string): Promise<Map<string, string>> {
  const entries = await readdir(of, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const pairs = files.map(async (file) => {
    const hash = createHash('sha256').update(await readFile(file));
    return [path.relative(of, file), hash.digest('hex')] as const;
  });
  return new Map((await Promise.all(pairs)).sort());
}

describe('makeSample', () => {
  it('writes the same bytes for the same seed, and others for another seed', async () => {
    const [again, other] = [path.join(root, 'again'), path.join(root, 'other')];
    await makeSample(again, { ...options });
    await makeSample(other, { games: 10, seed: 2 });
    const first = await hashes(folder);
    expect(await hashes(again)).toEqual(first);
    const shared = new Set((await hashes(other)).values());
    // The empty file and the text are the same in every sample.
    expect([...first].filter(([, hash]) => shared.has(hash))).toHaveLength(2);
  });

  it('holds exactly the flawed rows it names', async () => {
    const { games, dropped, rows } = await readCatalogue(folder);
    const found = (reason: string): string[] =>
      dropped
        .filter((row) => row.reason === reason)
        .map(({ name }) => /appid "(.*?)",/.exec(name)?.[1] ?? '');
    expect(rows).toBe(games.length + dropped.length);
    const malformed = found('malformed-appid');
    expect(malformed).toHaveLength(4);
    expect(malformed.filter((appid) => /^\d{1,3}(,\d{3})+$/.test(appid))).toHaveLength(2);
    expect(malformed.filter((appid) => /^\d{1,3}(\.\d{3})+$/.test(appid))).toHaveLength(2);
    expect(found('missing-price')).toHaveLength(2);
    expect(found('negative-price')).toHaveLength(1);
    const twice = found('duplicate-appid');
    expect(games.filter(({ id }) => twice.includes(id))).toHaveLength(3);
    expect(dropped).toHaveLength(4 + 2 + 1 + 3);
    const dear = games.filter(({ price }) => price > 5999);
    expect(dear.map(({ id, price }) => ({ appid: id, price }))).toEqual(
      expect.arrayContaining([...summary.absurdPrices]),
    );
    expect(dear.map(({ price }) => price).sort((a, b) => a - b)).toEqual([317_708, 50_000_000]);
    expect(games).toHaveLength(options.games + 2 + summary.withoutPictures.length);
    expect(new Set(games.map(({ title }) => title)).size).toBe(games.length);
  });

  it('holds exactly the pictures it names', async () => {
    const catalogue = await readCatalogue(folder);
    const index = await indexScreenshots(folder, catalogue.games);
    expect(index.withoutPictures).toEqual(summary.withoutPictures);
    expect(index.withoutGame.map(({ images }) => images)).toEqual([3, 3, 3, 3, 3]);
    expect(index.malformedFolders).toHaveLength(1);
    expect(alignedGames(catalogue, index)).toHaveLength(options.games + 2);
    const files = [...index.games.values()].flat().map(({ file }) => file);
    expect(files).toHaveLength(summary.pictures + summary.defectivePictures.length);
    for (const { file, appid } of summary.defectivePictures) {
      expect(index.games.get(appid)?.map((shot) => shot.file)).toContain(file);
    }
    const total = progress.at(-1)?.[1];
    expect(progress.at(-1)).toEqual([total, total]);
  });

  it('writes pictures of 300 × 169 pixels, or 400 × 226 in squares, in files of a fair size', async () => {
    const flawed = new Set(summary.defectivePictures.map(({ file }) => file));
    const files = [...(await readLabels(folder)).keys()];
    expect(files.filter((file) => flawed.has(file))).toEqual([]);
    const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(folder, file))).size));
    for (const size of sizes) expect(size).toBeGreaterThan(4_000); // bytes
    for (const size of sizes) expect(size).toBeLessThan(40_000);
    const mean = sizes.reduce((a, b) => a + b) / sizes.length;
    expect(mean).toBeGreaterThan(10_000);
    expect(mean).toBeLessThan(20_000);
    for (const { file, style } of (await readLabels(folder)).values()) {
      const size = style === 'pixel art' ? { width: 400, height: 226 } : { width: 300, height: 169 };
      expect(await sharp(path.join(folder, file)).metadata()).toMatchObject({ ...size, format: 'jpeg' });
    }
  });

  it('gives each flawed picture the flaw it names', async () => {
    const place = (defect: string): string =>
      path.join(folder, summary.defectivePictures.find((picture) => picture.defect === defect)?.file ?? '');
    const about = (defect: string) => sharp(place(defect)).metadata();
    expect(await about('grey')).toMatchObject({ format: 'jpeg', space: 'b-w', channels: 1 });
    expect(await about('cmyk')).toMatchObject({ format: 'jpeg', space: 'cmyk', channels: 4 });
    expect(await about('png-16-bit-alpha')).toMatchObject({
      format: 'png',
      depth: 'ushort',
      channels: 4,
      hasAlpha: true,
    });
    expect(await about('animated-gif')).toMatchObject({ format: 'gif', pages: 2 });
    const { orientation, width, height } = await about('exif-rotated');
    expect([orientation, (height / width).toFixed(1)]).toEqual([6, '1.8']);
    expect((await stat(place('empty'))).size).toBe(0);
    expect(await readFile(place('text'), 'utf8')).toContain('404');
    expect(await about('truncated')).toMatchObject({ format: 'jpeg' });
    for (const { defect, file, readable } of summary.defectivePictures) {
      const decoded = sharp(path.join(folder, file), { failOn: 'warning' }).raw().toBuffer();
      const outcome = await decoded.then(
        () => true,
        () => false,
      );
      expect([defect, outcome]).toEqual([defect, readable]);
    }
  });

  it('can draw the pixels that carry the price of each picture again', async () => {
    const labels = await readLabels(folder);
    for (const line of [...labels.values()].slice(0, 10)) {
      const mask = sharp(await drawSubject(line));
      expect(await mask.metadata()).toMatchObject({ format: 'png', channels: 1, space: 'b-w' });
      const data = await mask.toColourspace('b-w').raw().toBuffer();
      expect([...new Set(data)].sort((a, b) => a - b)).toEqual([0, 255]);
      const share = data.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0) / data.length;
      expect(share).toBeCloseTo(line.subjectShare, 6);
    }
    const shares = [...labels.values()].map(({ subjectShare }) => subjectShare);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(mean).toBeGreaterThan(0.1);
    expect(mean).toBeLessThan(0.35);
    expect(await readLabels(root)).toEqual(new Map());
  });

  it('stops when asked to, and refuses too small a sample', async () => {
    const place = path.join(root, 'stopped');
    const controller = new AbortController();
    const stopped = makeSample(place, {
      ...options,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toEqual(code('INTERRUPTED'));
    await expect(makeSample(place, { games: 9, seed: 1 })).rejects.toEqual(code('BAD_SETTING'));
  });
});
