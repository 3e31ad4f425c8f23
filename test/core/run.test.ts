import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { backendWarning, dataName, ofThisRun, quietRun, withProgress } from '../../lib/core/run';
import { coreSettings, readSettings } from '../../lib/core/settings';
import { withCode } from '../data/close';
import { temporaryFolder } from '../temporary';

const config = readSettings('demo', coreSettings, {}, '/project');

describe('dataName', () => {
  const nameOf = (data: string | null): string => dataName({ ...config, data });

  it('is "sample" without a data set', () => {
    expect(nameOf(null)).toBe('sample');
  });

  it('tells folders of the same name apart, and is the same on every call', () => {
    expect(nameOf('/a/games')).toMatch(/^games-[0-9a-f]{6}$/);
    expect(nameOf('/a/games')).toBe(nameOf('/a/games'));
    expect(nameOf('/a/games')).not.toBe(nameOf('/b/games'));
    expect(nameOf('/b/sample')).not.toBe(nameOf(null));
  });

  it.each(['/', '/данные', '/a/..', '/a/my games (2)', '/a/.hidden'])(
    'is a plain folder name for %s',
    (data) => {
      expect(nameOf(data)).toMatch(/^[A-Za-z0-9_-]+-[0-9a-f]{6}$/);
    },
  );
});

describe('backendWarning', () => {
  const rootWith = (note?: string): string => {
    const root = temporaryFolder();
    mkdirSync(path.join(root, '.cache'));
    if (note !== undefined) writeFileSync(path.join(root, '.cache', 'tensorflow.json'), note);
    return root;
  };

  it('is null before the set-up has left its note, and when TensorFlow runs natively', () => {
    expect(backendWarning(temporaryFolder())).toBeNull();
    expect(backendWarning(rootWith())).toBeNull();
    expect(backendWarning(rootWith('{"native":true,"reason":null}'))).toBeNull();
  });

  it.each(['no library for linux arm64', 'no library for linux arm64.'])(
    'is one sentence with the reason "%s"',
    (reason) => {
      expect(backendWarning(rootWith(JSON.stringify({ native: false, reason })))).toBe(
        'TensorFlow runs on WebAssembly, several times slower: no library for linux arm64.',
      );
    },
  );

  it.each(['', '{"native":fal', 'null', '7', '{}', '{"native":false}', '{"native":"no"}'])(
    'throws BROKEN_STAGE for the damaged note %j',
    (note) => {
      expect(() => backendWarning(rootWith(note))).toThrow(withCode('BROKEN_STAGE'));
    },
  );
});

describe('withProgress', () => {
  it('shows nothing for work that has nothing to tell', async () => {
    const progress = () => expect.fail('a display was made');
    await withProgress({ ...quietRun(config), progress }, 'short', async () => 1);
  });

  it('counts the time from the beginning of the work, not from the first thing that was done', async () => {
    const given: (number | undefined)[] = [];
    const began = performance.now();
    const progress = (_label: string, _now?: () => number, start?: number) => {
      given.push(start);
      return quietRun(config).progress('');
    };
    await withProgress({ ...quietRun(config), progress }, 'late', async (onProgress) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      onProgress(12, 12);
    });
    expect(given[0]).toBeGreaterThanOrEqual(began);
    expect(given[0]).toBeLessThan(began + 50);
  });

  it('does not count what an earlier run has done', () => {
    const seen: string[] = [];
    const update = ofThisRun((done, total, _note, before) => seen.push(`${done}/${total}, ${before} before`));
    for (const epoch of [11, 12]) update(epoch, 15);
    expect(seen).toEqual(['11/15, 10 before', '12/15, 10 before']);
  });

  it('ends the display once whether the work succeeds or fails, and passes on what came of it', async () => {
    const seen: string[] = [];
    const run = {
      ...quietRun(config),
      progress: (label: string) => ({
        update: (done: number, total: number) => seen.push(`${label} ${done}/${total}`),
        done: () => seen.push(`${label} ended`),
      }),
    };
    const value = await withProgress(run, 'one', async (onProgress) => {
      onProgress(1, 2);
      return 7;
    });
    const failing = withProgress(run, 'two', async (onProgress) => {
      onProgress(2, 2);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(value).toBe(7);
    expect(seen).toEqual(['one 1/2', 'one ended', 'two 2/2', 'two ended']);
  });
});
