import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { studyNames } from '../../lib/cli/studies';
import { removeAbandoned } from '../../lib/core/files';
import { random } from '../../lib/core/random';
import { type Results, readResults } from '../../lib/core/results';
import { temporaryFolder } from '../temporary';
import { mountTmpfs } from '../tmpfs';
import { modulesOf, root, tinySettings } from './tinyRuns';

/** How often a study is killed beside what the disk does to it; each takes five seconds. More: KILLS=20 KILLS_SEED=2 npm test -- test/notebooks/faults */
const kills = Number(process.env.KILLS ?? 1);

/** The numbers of some of the changes on the disk that a run has made, in their order, of each stage equally many. */
function chosen(changes: readonly string[], study: string): number[] {
  const stages = new Map<string, number[]>();
  for (const [i, change] of changes.entries()) {
    const [parent, , stage = ''] = change.split(/[/|~]/);
    const name = parent === 'data' ? stage : 'the figures';
    stages.set(name, [...(stages.get(name) ?? []), i]);
  }
  const draw = random(Number(process.env.KILLS_SEED ?? 1), 'kills', study);
  const shuffled = draw.shuffle([...stages.values()]).map((some) => draw.shuffle(some));
  const round = (i: number): number | undefined =>
    shuffled[i % shuffled.length]?.[Math.floor(i / shuffled.length)];
  const wanted = Array.from({ length: kills }, (_, i) => round(i));
  return [...changes.keys()].filter((i) => wanted.includes(i));
}

/** How a run has ended, and what it said. */
interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  said: string;
}

describe.skipIf(process.platform === 'win32')(
  'a study that finds a full disk, then a read-only one, and is killed in every stage',
  () => {
    it.each(studyNames())(
      'says so in a sentence, and in the end gives the same figures and leaves nothing else: %s',
      async (name) => {
        const folder = temporaryFolder();
        const modules = await modulesOf(name, folder);
        const settings = await tinySettings(name, path.join(folder, 'pictures'));
        /** Runs all notebooks. */
        const run = async (place: string, env: Record<string, string> = {}): Promise<Ended> => {
          const script = path.join(__dirname, 'cellsRun.ts');
          const places = {
            REPORT_WORK: path.join(place, 'data'),
            REPORT_REPORTS: path.join(place, 'reports'),
          };
          const child = spawn(
            process.execPath,
            ['--no-deprecation', '--import', './lib/cli/loader.mjs', script, ...modules],
            {
              cwd: root,
              detached: true, // in a group of its own, which it ends as a whole
              env: { ...process.env, ...settings, ...places, REPORT_ROOT: root, ...env },
              stdio: ['ignore', 'ignore', 'pipe'],
            },
          );
          onTestFinished(() => {
            if (child.pid && child.exitCode === null && child.signalCode === null)
              process.kill(-child.pid, 'SIGKILL');
          });
          let said = '';
          child.stderr.on('data', (text) => (said += text));
          const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
          return { status, signal, said };
        };
        const figures = (place: string): Results => {
          const all = Object.entries(readResults(path.join(place, 'reports', name)));
          return Object.fromEntries(all.filter(([figure]) => !/\bseconds\b/.test(figure)));
        };
        const files = (place: string): Set<string> => {
          const all = readdirSync(place, { recursive: true, encoding: 'utf8' }).sort();
          return new Set(all.map((file) => file.replace(/[0-9a-f]{20}\.(bin|json)$/, 'rows.$1'))); // of how many is left to chance
        };

        const [whole, hurt] = [path.join(folder, 'whole'), path.join(folder, 'a place for 価格')];
        const log = path.join(folder, 'changes.json');
        const first = await run(whole, { DIE_LOG: log });
        expect(first.status, first.said).toBe(0);
        const changes = JSON.parse(readFileSync(log, 'utf8')) as string[];

        const disk = mountTmpfs(hurt, 'size=300k');
        if (disk) {
          const full = await run(hurt);
          expect(full.said).toMatch(
            new RegExp(`ReportError: The disk is full while writing ${hurt}/.*: free some space .*`),
          );
          expect([...files(hurt)].filter((file) => file.endsWith('.partial'))).toEqual([]);
          disk('size=1g,ro');
          const closed = await run(hurt);
          expect(closed.said).toMatch(
            new RegExp(`ReportError: ${hurt}/.* cannot be used .EROFS.: it is read-only .*--work`),
          );
          disk('rw');
        }
        const ends: Ended[] = [];
        for (const i of chosen(changes, name)) ends.push(await run(hurt, { DIE_AT: `${i}`, DIE_LOG: log }));
        expect(ends.map(({ signal }) => signal)).toEqual(ends.map(() => 'SIGKILL'));
        await removeAbandoned(path.join(hurt, 'reports', name)); // as `npm run report` begins
        const last = await run(hurt);
        expect(last.status, last.said).toBe(0);
        expect(figures(hurt)).toEqual(figures(whole));
        expect(files(hurt)).toEqual(files(whole));
      },
      600_000 + 60_000 * kills,
    );
  },
);
