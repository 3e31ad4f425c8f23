import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietRun } from '../../../lib/core/run';
import { readSettings } from '../../../lib/core/settings';
import { withheldIn } from '../../../lib/report/classFolders';
import { type FilterData, openData } from '../../../lib/studies/filter/data';
import { drawPictures, planSample } from '../../../lib/studies/filter/sample';
import { settings } from '../../../lib/studies/filter/settings';

const root = mkdtempSync(path.join(os.tmpdir(), 'filter-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const data = path.join(root, 'castles');
const run = (given: Record<string, string> = {}) =>
  quietRun(readSettings('filter', settings, { REPORT_DATA: data, ...given }, root));

/** Every copy of the sample with its original, and some other pictures. */
const plan = planSample(42).filter(({ file }) => file.startsWith('pictures/'));
const scenes = plan.map(({ scene }) => scene);
const isTwice = (scene: string): boolean => scenes.indexOf(scene) !== scenes.lastIndexOf(scene);
const jobs = plan.filter(({ scene }, i) => isTwice(scene) || i % 20 === 0);

describe('the data of the filter', () => {
  let opened: FilterData;
  beforeAll(async () => {
    const moved = jobs.map((job) => ({ ...job, file: job.file.replace('pictures/', '') }));
    for (const { file } of moved) await mkdir(path.join(data, path.dirname(file)), { recursive: true });
    await drawPictures.run({ folder: data, jobs: moved });
    await mkdir(path.join(data, 'train', 'empty'));
    await mkdir(path.join(data, 'train', 'castle', 'deeper'));
    await writeFile(path.join(data, 'train', 'castle', '.DS_Store'), '');
    await writeFile(path.join(data, 'notes.txt'), '');
    opened = await openData(run());
  }, 120_000);
  afterAll(() => opened.images.close());

  it('are two classes in the order of code points, of which one is looked for', () => {
    expect(opened).toMatchObject({ classes: ['castle', 'other'], positive: 'castle', negative: 'other' });
  });

  it('name what is no picture of a class', () => {
    const found = new Map(opened.dropped.map(({ name, reason }) => [name, reason]));
    expect(found.get('train/empty/')).toBe('an empty folder');
    expect(found.get('train/castle/deeper')).toBe('a folder in a class folder');
    expect(found.get('train/castle/.DS_Store')).toBe('hidden');
    expect(found.get('notes.txt')).toBe('a file in no class folder');
  });

  it('use each picture once: only copies that the sample has are withheld, and but for one all of them', () => {
    const fileOf = (id: string): string => `pictures/${id}`;
    const sceneOf = new Map(jobs.map(({ file, scene }) => [file, scene]));
    const groups = opened.copies.map(({ ids }) => ids.map((id) => sceneOf.get(fileOf(id))));
    expect(groups.filter((group) => new Set(group).size > 1)).toEqual([]); // none by chance
    const known = jobs.length - new Set(jobs.map(({ scene }) => scene)).size;
    expect(known).toBe(36);
    expect(withheldIn(opened)).toBe(known - 1); // one in another size is four bits off at 64 px, and three are allowed
    expect(opened.copies.filter(({ identical }) => identical).length).toBeGreaterThanOrEqual(15);
    expect(opened.rows.test).toHaveLength(jobs.filter(({ file }) => file.includes('/test/')).length);
  });

  it('are the same pictures at another size', async () => {
    const large = await openData(run(), 96);
    const files = ({ rows, images }: FilterData) =>
      rows.training.map((row) => images.index.columns.file[row]);
    expect(large.images.size).toBe(96);
    expect(files(large)).toEqual(files(opened));
    large.images.close();
  });

  it('take one class against all others where a setting names it', async () => {
    const other = await openData(run({ REPORT_POSITIVE: 'other' }));
    expect(other).toMatchObject({ positive: 'other', negative: 'castle' });
    other.images.close();
  });
});
