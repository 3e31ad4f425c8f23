import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { dataFolder } from '../../lib/core/dataFolder';
import { writeAtomic } from '../../lib/core/files';
import { quietRun } from '../../lib/core/run';
import { coreSettings, readSettings } from '../../lib/core/settings';
import { temporaryFolder } from '../temporary';

const make = vi.fn(async (folder: string) => writeAtomic(path.join(folder, 'a.txt'), 'a'));
const sample = (seed: number) => ({ version: 1, inputs: { seed }, make });

describe('dataFolder', () => {
  const settings = () => readSettings('demo', coreSettings, {}, temporaryFolder());

  it('makes the sample once, and anew from something else', async () => {
    const config = settings();
    const made = await dataFolder(quietRun(config), sample(1));
    expect(made).toEqual({ folder: path.join(config.work, 'sample'), generated: true });
    expect(existsSync(path.join(made.folder, 'a.txt'))).toBe(true);
    await dataFolder(quietRun(config), sample(1));
    expect(make).toHaveBeenCalledTimes(1);
    await dataFolder(quietRun(config), sample(2));
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('gives the folder of the settings where there is one, and makes nothing', async () => {
    make.mockClear();
    const given = await dataFolder(quietRun({ ...settings(), data: '/pictures' }), sample(1));
    expect(given).toEqual({ folder: '/pictures', generated: false });
    expect(make).not.toHaveBeenCalled();
  });
});
