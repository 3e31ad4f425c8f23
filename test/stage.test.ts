import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ReportError } from '../lib/errors';
import { partialName } from '../lib/files';
import { type Manifest, readManifest, type StageSpec, stage } from '../lib/stage';
import { diskError, faults } from './faults';
import { fileCount, labelled } from './stageProcess';
import { temporaryFolder } from './temporary';

vi.mock('node:fs/promises', async (original) => (await import('./faults')).withFaults(await original()));

afterEach(() => {
  for (const name of Object.keys(faults)) delete faults[name as keyof typeof faults];
});

/** A stage in `folder` that writes its text into one file and counts how often it is made. */
function counted(folder: string, changes: Partial<StageSpec<string>> = {}) {
  const make = vi.fn(async (target: string) => writeFileSync(path.join(target, 'x.txt'), 'made'));
  const spec: StageSpec<string> = {
    name: 'text',
    version: 1,
    folder: path.join(folder, 'texts', 'one'),
    inputs: { seed: 42, games: ['10', '20'] },
    make,
    load: (target) => readFileSync(path.join(target, 'x.txt'), 'utf8'),
    ...changes,
  };
  return { spec, make, beside: () => readdirSync(path.dirname(spec.folder)) };
}

/** The script that makes a `labelled` stage in a process of its own. */
const command = ['--import', 'tsx', path.join(__dirname, 'stageProcess.ts')];
const cwd = path.resolve(__dirname, '..');

const startProcess = (folder: string, label: string, pause: number): ChildProcess =>
  spawn(process.execPath, [...command, folder, label, String(pause)], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Everything that a process prints, once it has ended. */
async function printed(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, 'close');
  return text;
}

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

describe('a stage that is killed', () => {
  it('leaves nothing that is taken for a result; the next run makes it and removes the rest', async () => {
    const folder = path.join(temporaryFolder(), 'labelled');
    const child = startProcess(folder, 'killed', 20);
    await once(child.stdout!, 'data'); // "halfway"
    child.kill('SIGKILL');
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect([code, signal]).toEqual([null, 'SIGKILL']);
    expect(existsSync(folder)).toBe(false);
    const [left] = readdirSync(path.dirname(folder));
    expect(left).toMatch(/^labelled\..+\.partial$/);

    const result = await labelled(folder, 'killed');
    expect(result).toMatchObject({ value: ['killed'], reused: false });
    expect(readdirSync(path.dirname(folder))).toEqual(['labelled']);
  });

  it('leaves the earlier result usable', async () => {
    const folder = path.join(temporaryFolder(), 'labelled');
    await labelled(folder, 'earlier');
    const child = startProcess(folder, 'killed', 20);
    await once(child.stdout!, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await labelled(folder, 'earlier')).toMatchObject({ value: ['earlier'], reused: true });
  });
});

describe('two stages at once', () => {
  it('take turns in one process: the second takes what the first has made', async () => {
    const { spec, make } = counted(temporaryFolder());
    const results = await Promise.all([
      stage(spec),
      stage(spec),
      stage({ ...spec, folder: `${spec.folder}/.` }),
    ]);
    expect(results.map(({ reused }) => reused)).toEqual([false, true, true]);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('of different inputs in one folder each give their own result, and the last one stays', async () => {
    const folder = path.join(temporaryFolder(), 'labelled');
    const results = await Promise.all(['a', 'b', 'c'].map((label) => labelled(folder, label)));
    expect(results.map(({ value }) => value)).toEqual([['a'], ['b'], ['c']]);
    expect(await labelled(folder, 'c')).toMatchObject({ reused: true });
  });

  it('do not share an error: the second runs although the first has failed', async () => {
    const { spec } = counted(temporaryFolder());
    const first = stage({ ...spec, make: () => Promise.reject(new Error('first')) });
    const second = stage(spec);
    await expect(first).rejects.toThrow('first');
    expect(await second).toMatchObject({ value: 'made', reused: false });
  });

  it('of different folders do not wait for each other', async () => {
    const folder = temporaryFolder();
    let release = () => {};
    const waiting = stage({
      ...counted(folder).spec,
      folder: path.join(folder, 'slow'),
      make: () => new Promise<void>((resolve) => void (release = resolve)),
      load: () => 'slow',
    });
    expect(await stage({ ...counted(folder).spec, folder: path.join(folder, 'fast') })).toMatchObject({
      value: 'made',
    });
    release();
    expect(await waiting).toMatchObject({ value: 'slow' });
  });

  it('keep the result that another process was faster to make', async () => {
    const folder = path.join(temporaryFolder(), 'labelled');
    const first = await labelled(folder, 'same');
    const theirs = readFileSync(path.join(folder, 'manifest.json'), 'utf8');
    rmSync(folder, { recursive: true });
    const result = await stage({
      name: 'labelled',
      version: 1,
      folder,
      inputs: { label: 'same' },
      make: async () => {
        spawnSync(process.execPath, [...command, folder, 'same'], { cwd });
        writeFileSync(path.join(folder, 'theirs'), theirs);
      },
      load: (target) => readdirSync(target).length,
    });
    expect(result).toMatchObject({ key: first.key, value: fileCount + 2 }); // with "theirs" and the manifest
    expect(readdirSync(path.dirname(folder))).toEqual(['labelled']);
  });

  it('put a result in place even if another process does so in the very moment', async () => {
    const { spec, beside } = counted(temporaryFolder());
    let others = 3;
    faults.rename = (_, target) => {
      if (target !== spec.folder || others-- === 0) return;
      mkdirSync(spec.folder); // theirs, of other inputs
      writeFileSync(path.join(spec.folder, 'theirs'), '');
    };
    expect(await stage(spec)).toMatchObject({ value: 'made', reused: false });
    expect(others).toBe(-1);
    expect(readdirSync(spec.folder).sort()).toEqual(['manifest.json', 'x.txt']);
    expect(beside()).toEqual(['one']);
  });

  it('leave each other alone while both run in processes of their own', async () => {
    const folder = path.join(temporaryFolder(), 'labelled');
    const same = await Promise.all([
      printed(startProcess(folder, 'same', 2)),
      printed(startProcess(folder, 'same', 2)),
    ]);
    for (const text of same) expect(text).toContain('{"labels":["same"],');
    expect(await labelled(folder, 'same')).toMatchObject({ value: ['same'], reused: true });
    expect(readdirSync(path.dirname(folder))).toEqual(['labelled']);
  });

  it('do not remove what a running process has not finished', async () => {
    const { spec, beside } = counted(temporaryFolder());
    const running = partialName(spec.folder); // of this process
    mkdirSync(running, { recursive: true });
    await stage(spec);
    expect(beside()).toContain(path.basename(running));
  });
});
