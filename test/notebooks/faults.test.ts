import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { codeOf, readNotebook } from '../../lib/cli/cells';
import { loadStudy, studyNames } from '../../lib/cli/studies';
import { removeAbandoned } from '../../lib/core/files';
import { random } from '../../lib/core/random';
import { type Results, readResults } from '../../lib/core/results';
import { makeCanvas } from '../../lib/samples/canvas';
import { encodeJpeg } from '../../lib/samples/picture';
import { writeIdxPart } from '../data/idxFiles';
import { temporaryFolder } from '../temporary';
import { mountTmpfs } from '../tmpfs';

const root = path.resolve(__dirname, '..', '..');

/** What makes a study's run a matter of seconds, beside few epochs: settings, or a data set in `folder`. A study that is not here runs on its own sample. */
const short: Record<string, (folder: string) => Promise<Record<string, string>>> = {
  prices: async () => ({ REPORT_SAMPLE_GAMES: '16' }),
  filter: async (folder) => {
    for (const [part, count] of Object.entries({ train: 16, valid: 8, test: 8 })) {
      await drawNoise(path.join(folder, part, 'dark'), count, 20);
      await drawNoise(path.join(folder, part, 'light'), count, 30);
    }
    return { REPORT_DATA: folder, REPORT_TRANSFER_SIZE: '32' };
  },
  genres: async (folder) => {
    for (const [i, genre] of ['platform', 'puzzle', 'sport'].entries()) {
      await drawNoise(path.join(folder, genre), 24, 20 + 10 * i);
    }
    return { REPORT_DATA: folder, REPORT_IMAGE_SIZE: '32' };
  },
  digits: async (folder) => {
    writeIdxPart(folder, 'train', 60, 28);
    writeIdxPart(folder, 't10k', 30, 28);
    return { REPORT_DATA: folder };
  },
  ages: async (folder) => {
    const faces = await drawNoise(path.join(folder, 'Train'), 36, 20);
    const asked = await drawNoise(path.join(folder, 'Test'), 6, 20);
    const ages = ['YOUNG', 'MIDDLE', 'OLD'];
    writeFileSync(
      path.join(folder, 'train.csv'),
      ['ID,Class', ...faces.map((file, i) => `${file},${ages[i % 3]}`)].join('\n'),
    );
    writeFileSync(path.join(folder, 'test.csv'), ['ID', ...asked].join('\n'));
    return { REPORT_DATA: folder, REPORT_TRANSFER_SIZE: '32', REPORT_FOLDS: '2' };
  },
};

/** Draws pictures of noise into a folder, from `shade` on, and gives their names. */
async function drawNoise(folder: string, count: number, shade: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const draw = random(1, folder.split(path.sep).slice(-2).join('/'));
  const names = Array.from({ length: count }, (_, i) => `${i}.jpg`);
  for (const name of names) {
    const canvas = makeCanvas(96, 96);
    const base = shade + draw.integer(0, 100);
    for (let at = 0; at < canvas.pixels.length; at++) canvas.pixels[at] = base + draw.integer(0, 100);
    writeFileSync(path.join(folder, name), await encodeJpeg(canvas, 96, 96, 'smooth'));
  }
  return names;
}

/** The modules that a study's notebooks are, below `folder`, from which they reach lib/ and the packages. */
async function modulesOf(study: string, folder: string): Promise<string[]> {
  const place = path.join(folder, 'notebooks', study);
  mkdirSync(place, { recursive: true });
  for (const name of ['lib', 'node_modules']) symlinkSync(path.join(root, name), path.join(folder, name));
  return (await loadStudy(study)).notebooks.map(({ name }) => {
    const file = path.join(place, `${name}.mts`);
    writeFileSync(file, codeOf(readNotebook(path.join(root, 'notebooks', study, `${name}.ipynb`))));
    return file;
  });
}

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
        const settings = {
          REPORT_EPOCHS: '2',
          REPORT_WEIGHTS: path.join(root, 'lib', 'networks', 'base', 'mobilenet_v2_0.35_96_generated.h5'),
          ...(await short[name]?.(path.join(folder, 'pictures'))),
        };
        /** Runs all notebooks. */
        const run = async (place: string, env: Record<string, string> = {}): Promise<Ended> => {
          const script = path.join(__dirname, 'cellsRun.ts');
          const places = {
            REPORT_WORK: path.join(place, 'data'),
            REPORT_REPORTS: path.join(place, 'reports'),
          };
          const child = spawn(process.execPath, ['--no-deprecation', '--import', 'tsx', script, ...modules], {
            cwd: root,
            detached: true, // in a group of its own, which it ends as a whole
            env: { ...process.env, ...settings, ...places, REPORT_ROOT: root, ...env },
            stdio: ['ignore', 'ignore', 'pipe'],
          });
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
