import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { studyNames } from '../../lib/cli/studies';
import { ReportError } from '../../lib/core/errors';
import { projectRoot, writeAtomic } from '../../lib/core/files';
import { formatSeconds } from '../../lib/report/format';
import { describeMachine } from './machine';
import { machineLines } from './markdown';

/** A command in a clone, with its seconds and what it printed. */
interface Timed {
  seconds: number;
  said: string;
}

/**
 * `npm run bench -- --report [STUDY]…`: set-up and each study's report in a new clone of this commit, with an empty cache and another home, and
 * the seconds of each page and of the stages that took longest; writes `report.md`.
 */
export async function reportBenchmark(args: readonly string[]): Promise<void> {
  const root = projectRoot();
  const place = await mkdtemp(path.join(tmpdir(), 'bench-report-'));
  const clone = path.join(place, 'clone');
  const run = (command: string, given: readonly string[], cwd = clone): Timed => {
    const start = performance.now();
    const env = { ...process.env, HOME: path.join(place, 'home'), XDG_CACHE_HOME: path.join(place, 'cache') };
    const { status, stdout, stderr } = spawnSync(command, given, { cwd, env, encoding: 'utf8' });
    const seconds = (performance.now() - start) / 1000;
    if (status === 0) return { seconds, said: stdout };
    throw new ReportError('BAD_INPUT', `"${command} ${given.join(' ')}" failed: ${stderr.slice(-2000)}`);
  };
  try {
    run('git', ['clone', '--quiet', root, clone], root);
    const lines = [line('set-up', run('npm', ['run', 'setup']).seconds, '')];
    for (const study of args.length > 0 ? args : studyNames()) {
      console.error(lines.at(-1));
      const { seconds, said } = run('npm', ['run', 'report', '--', study]);
      lines.push(line(`**${study}**`, seconds, stagesText(path.join(clone, 'data', study))));
      const pages = said.matchAll(/^ {2}(\d\d-\S+) +([\d.]+) s$/gm);
      lines.push(...[...pages].map(([, page = '', taken]) => line(page, Number(taken), '')));
    }
    await writeAtomic(path.join(root, 'test', 'bench', 'report.md'), pageText(lines));
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

const line = (what: string, seconds: number, stages: string): string =>
  `| ${what} | ${formatSeconds(seconds)} | ${stages} |`;

/** The stages of a study that took more than two seconds, the longest first. */
function stagesText(work: string): string {
  const files = readdirSync(work, { recursive: true, encoding: 'utf8' });
  const stages = files
    .filter((file) => path.basename(file) === 'manifest.json')
    .map((file) => ({ file, ...JSON.parse(readFileSync(path.join(work, file), 'utf8')) })) // as lib/core/stage.ts writes it
    .filter(({ seconds }) => seconds > 2)
    .sort((a, b) => b.seconds - a.seconds);
  return stages.map(({ file, seconds }) => `${path.dirname(file)} ${formatSeconds(seconds)}`).join(', ');
}

const pageText = (lines: readonly string[]): string =>
  `${[
    '# Where the seconds of the first report go',
    '',
    'Written by `npm run bench -- --report`: a new clone, an empty cache, one study after the other; nothing else was running.',
    '',
    ...machineLines(describeMachine({ node: process.versions.node })),
    '',
    '| what | took | stages of more than two seconds |',
    '| --- | --- | --- |',
    ...lines,
  ].join('\n')}\n`;
