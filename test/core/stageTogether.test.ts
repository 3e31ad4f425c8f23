import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { partialName } from '../../lib/core/files';
import { stage } from '../../lib/core/stage';
import { faults } from '../faults';
import { temporaryFolder } from '../temporary';
import { counted } from './countedStage';
import { fileCount, labelled } from './stageProcess';

vi.mock('node:fs/promises', async (original) => (await import('../faults')).withFaults(await original()));

afterEach(() => {
  for (const name of Object.keys(faults)) delete faults[name as keyof typeof faults];
});

/** The script that makes a `labelled` stage in a process of its own. */
const command = ['--require', 'tsx/cjs', path.join(__dirname, 'stageProcess.ts')];
const cwd = path.resolve(__dirname, '..', '..');

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
      make: () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
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
    rmSync(folder, { recursive: true });
    const result = await stage({
      name: 'labelled',
      version: 1,
      folder,
      inputs: { label: 'same' },
      make: async () => {
        spawnSync(process.execPath, [...command, folder, 'same'], { cwd });
        writeFileSync(path.join(folder, 'theirs'), '');
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
