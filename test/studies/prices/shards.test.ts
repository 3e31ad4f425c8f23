import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot, sha256 } from '../../../lib/core/files';
import { asEnvironment } from '../../../lib/core/settings';
import { makeShard, mergeShards, type ShardedStage } from '../../../lib/studies/prices/commands/shards';
import { selectGames } from '../../../lib/studies/prices/games';
import { planPictures } from '../../../lib/studies/prices/preparedData';
import type { Run } from '../../../lib/studies/prices/settings';
import { withCode } from '../../data/close';
import { tinyData } from './tinyData';

const tiny = tinyData();
const shards = 4;
const whole = { number: 1, count: 1 };

/** `npm run <stage> -- --shard n/4` without npm, in a process of its own. */
function startShard({ config }: Run, stage: ShardedStage, number: number): ChildProcess {
  const root = projectRoot();
  return spawn(
    process.execPath,
    ['--import', './lib/cli/loader.mjs', 'lib/cli/command.ts', stage, '--shard', `${number}/${shards}`],
    {
      cwd: root,
      env: { ...process.env, ...asEnvironment(config) },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
}

const ended = (child: ChildProcess): Promise<number | NodeJS.Signals | null> =>
  new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)));

/** The names and hashes of all files of rows in a folder; records of runs, which name times, left out. */
const rowFiles = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name !== 'manifest.json')
      .sort()
      .map((name) => [name, sha256(readFileSync(path.join(folder, name)))]),
  );

/** The one folder in which the stage left its rows. */
function folderOf({ config }: Run, stage: ShardedStage): string {
  const beside = path.join(config.work, stage === 'pictures' ? 'prepared' : 'features');
  return path.join(beside, readdirSync(beside)[0]!); // one data set, one size
}

describe('shards made by separate processes', () => {
  it('join to the very files of one run, although one of them was killed and made again', async () => {
    const [one, many] = ['one', 'many'].map((name) =>
      tiny.run({ work: path.join(tiny.root, name, 'prices'), variants: 2 }),
    );
    const { folder, wanted } = await planPictures(many!, await selectGames(many!));
    expect(wanted.length).toBeGreaterThan(2 * shards);
    await mkdir(folder, { recursive: true });

    const victim = startShard(many!, 'pictures', 2);
    const watcher = watch(folder, (_event, name) => {
      if (name?.endsWith('.partial')) victim.kill('SIGKILL'); // it has begun to write
    });
    expect(await ended(victim)).toBe('SIGKILL');
    watcher.close();
    expect(readdirSync(folder).filter((name) => !name.endsWith('.partial'))).toEqual([]);
    await expect(mergeShards(many!, 'pictures')).rejects.toEqual(withCode('BAD_STORE'));

    await makeShard(one!, 'pictures', whole);
    await makeShard(one!, 'features', whole);
    for (const stage of ['pictures', 'features'] as const) {
      const all = Array.from({ length: shards }, (_, i) => startShard(many!, stage, i + 1));
      expect(await Promise.all(all.map(ended))).toEqual([0, 0, 0, 0]);
      const scattered = rowFiles(folderOf(many!, stage));
      expect(Object.keys(scattered)).toHaveLength(2 * shards); // the killed one's half is gone
      await mergeShards(many!, stage);
      expect(rowFiles(folderOf(many!, stage))).toEqual(rowFiles(folderOf(one!, stage)));
    }
  }, 120_000);

  it('are not made of pictures that are not there yet', async () => {
    const run = tiny.run({ work: path.join(tiny.root, 'early') });
    const early = makeShard(run, 'features', { number: 1, count: 2 });
    await expect(early).rejects.toEqual(withCode('BAD_STORE'));
    await expect(early).rejects.toThrow(
      /^(\d+) of \1 pictures are not prepared yet: run "npm run pictures" with the same options first\.$/,
    );
    await expect(mergeShards(run, 'features')).rejects.toThrow(/npm run pictures/);
    expect(existsSync(path.join(run.config.work, 'features'))).toBe(false);
  });
});
