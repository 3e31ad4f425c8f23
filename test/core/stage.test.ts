import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ReportError } from '../../lib/core/errors';
import {
  APART,
  growingStage,
  type Manifest,
  readManifest,
  type StageSpec,
  stage,
} from '../../lib/core/stage';
import { diskError, faults } from '../faults';
import { temporaryFolder } from '../temporary';
import { counted } from './countedStage';

vi.mock('node:fs/promises', async (original) => (await import('../faults')).withFaults(await original()));

afterEach(() => {
  for (const name of Object.keys(faults)) delete faults[name as keyof typeof faults];
});

describe('a stage that grows', () => {
  it('that was killed between its last row and its manifest is taken as it is, and gets one', async () => {
    const folder = temporaryFolder();
    const left = `manifest.json.${os.hostname()}-999999999-0123abcd.partial`;
    writeFileSync(path.join(folder, left), '{"stage":');
    const spec = { name: 'rows', version: 1, folder, inputs: () => ({ rows: 2 }), load: () => 'rows' };
    const found = await growingStage({ ...spec, grow: async () => 0 });
    expect(found).toMatchObject({ value: 'rows', reused: true, made: 0 });
    expect(readManifest(folder)).toMatchObject({ key: found.key, inputs: { rows: 2 } });
    expect(readdirSync(folder)).toEqual(['manifest.json']);
    expect(await growingStage({ ...spec, grow: async () => 0 })).toEqual(found);
  });
});

describe('a stage in a folder apart', () => {
  it('takes the same result from the folder beside, leaves one of its own here, and that one untouched', async () => {
    const folder = temporaryFolder();
    const { spec } = counted(folder);
    const first = await stage({ ...spec, folder: path.join(folder, 'models', 'one') });
    const apart = { ...spec, folder: path.join(folder, `models${APART}`, 'one') };
    expect(await stage(apart)).toEqual({ ...first, reused: true });
    const other = await stage({ ...apart, inputs: { seed: 7 } });
    expect(other).toMatchObject({ folder: apart.folder, reused: false });
    expect(readManifest(first.folder)?.key).toBe(first.key);
    expect(await stage(apart)).toEqual({ ...first, reused: true });
  });
});

describe('stage', () => {
  it('makes its result in a folder that did not exist, with a manifest of what it was made from', async () => {
    const { spec, beside } = counted(temporaryFolder());
    const result = await stage(spec);
    expect(result).toMatchObject({ value: 'made', folder: spec.folder, reused: false });
    expect(beside()).toEqual(['one']);
    expect(readManifest(spec.folder)).toEqual({
      stage: 'text',
      version: 1,
      inputs: { seed: 42, games: ['10', '20'] },
      key: result.key,
      seconds: result.seconds,
      node: process.version,
    } satisfies Manifest);
    expect(result.key).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes what is there when it was made from the same, whatever the order of the inputs', async () => {
    const { spec, make } = counted(temporaryFolder());
    const first = await stage(spec);
    writeFileSync(path.join(spec.folder, 'x.txt'), 'as it lies there');
    const second = await stage({ ...spec, inputs: { games: ['10', '20'], seed: 42 } });
    expect(second).toEqual({ ...first, value: 'as it lies there', reused: true });
    expect(make).toHaveBeenCalledTimes(1);
  });

  it.each<[string, Partial<StageSpec<string>>]>([
    ['an input changed', { inputs: { seed: 43, games: ['10', '20'] } }],
    ['an input came', { inputs: { seed: 42, games: ['10', '20'], alpha: 1 } }],
    ['an input went', { inputs: { seed: 42 } }],
    ['the order of a list changed', { inputs: { seed: 42, games: ['20', '10'] } }],
    ['the version was raised', { version: 2 }],
    ['another stage lies there', { name: 'other' }],
  ])('makes it again when %s, and nothing of the old result stays', async (_, changes) => {
    const { spec, make, beside } = counted(temporaryFolder());
    const first = await stage(spec);
    writeFileSync(path.join(spec.folder, 'old.txt'), '');
    const second = await stage({ ...spec, ...changes });
    expect(second.reused).toBe(false);
    expect(second.key).not.toBe(first.key);
    expect(make).toHaveBeenCalledTimes(2);
    expect(readdirSync(spec.folder).sort()).toEqual(['manifest.json', 'x.txt']);
    expect(beside()).toEqual(['one']);
  });

  it('makes it again when the folder is there without a manifest', async () => {
    const { spec } = counted(temporaryFolder());
    mkdirSync(spec.folder, { recursive: true });
    writeFileSync(path.join(spec.folder, 'x.txt'), 'from somewhere');
    expect(await stage(spec)).toMatchObject({ value: 'made', reused: false });
  });

  it.each(['', '{"key": "1a2', 'null', '[]', '"text"', '{"key": 7, "seconds": 1}', '{}'])(
    'throws BROKEN_STAGE for the damaged manifest %j, names the folder to delete, and touches nothing',
    async (text) => {
      const { spec, make } = counted(temporaryFolder());
      await stage(spec);
      const file = path.join(spec.folder, 'manifest.json');
      writeFileSync(file, text);
      const broken = {
        code: 'BROKEN_STAGE',
        message: `${file} is damaged: delete the folder ${spec.folder} and run again.`,
      };
      await expect(stage(spec)).rejects.toMatchObject(broken);
      expect(() => readManifest(spec.folder)).toThrow(expect.objectContaining(broken));
      expect(readdirSync(spec.folder).sort()).toEqual(['manifest.json', 'x.txt']);
      expect(make).toHaveBeenCalledTimes(1);
      rmSync(spec.folder, { recursive: true });
      expect(await stage(spec)).toMatchObject({ value: 'made', reused: false });
    },
  );

  it('passes on what loading a result throws, and keeps the result', async () => {
    const { spec } = counted(temporaryFolder());
    await stage(spec);
    const load = (): string => {
      throw new ReportError('BAD_STORE', 'The store is cut short.');
    };
    await expect(stage({ ...spec, load })).rejects.toMatchObject({ code: 'BAD_STORE' });
    expect(await stage(spec)).toMatchObject({ reused: true });
  });
});

describe('a stage that fails', () => {
  it('throws what make throws, leaves nothing behind, and is made at the next run', async () => {
    const { spec, beside } = counted(temporaryFolder());
    const make = async (target: string) => {
      writeFileSync(path.join(target, 'x.txt'), 'half');
      throw new ReportError('INTERRUPTED', 'Interrupted.');
    };
    await expect(stage({ ...spec, make })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(beside()).toEqual([]);
    expect(await stage(spec)).toMatchObject({ value: 'made', reused: false });
  });

  it('leaves the result of other inputs as it was', async () => {
    const { spec } = counted(temporaryFolder());
    await stage(spec);
    const make = () => Promise.reject(new Error('no luck'));
    await expect(stage({ ...spec, version: 2, make })).rejects.toThrow('no luck');
    expect(await stage(spec)).toMatchObject({ value: 'made', reused: true });
  });

  it.each(['ENOSPC', 'EDQUOT'])(
    'says DISK_FULL and where when make finds the disk full (%s)',
    async (code) => {
      const { spec, beside } = counted(temporaryFolder());
      const make = async (target: string) => {
        writeFileSync(path.join(target, 'x.txt'), 'half');
        throw diskError(code);
      };
      const failure = { code: 'DISK_FULL', message: expect.stringContaining(spec.folder), cause: { code } };
      await expect(stage({ ...spec, make })).rejects.toMatchObject(failure);
      expect(beside()).toEqual([]);
    },
  );

  it('says DISK_FULL when only the manifest has no room any more', async () => {
    const { spec, beside } = counted(temporaryFolder());
    faults.writeFile = () => {
      throw diskError('ENOSPC');
    };
    await expect(stage(spec)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(beside()).toEqual([]);
  });

  it('says DISK_FULL when not even its folder can be made', async () => {
    const { spec } = counted(temporaryFolder());
    faults.mkdir = () => {
      throw diskError('ENOSPC');
    };
    await expect(stage(spec)).rejects.toMatchObject({ code: 'DISK_FULL' });
  });

  it('is not taken for a result when the old one could only be removed in part', async () => {
    const { spec } = counted(temporaryFolder());
    await stage(spec);
    faults.rm = () => {
      throw diskError('EIO');
    };
    await expect(stage({ ...spec, version: 2 })).rejects.toMatchObject({ code: 'EIO' });
    expect(readManifest(spec.folder)).toBeNull();
  });
});
