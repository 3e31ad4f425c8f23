import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ReportError } from '../../lib/core/errors';
import { projectRoot, writeAtomic } from '../../lib/core/files';
import { loadConfig } from '../../lib/studies/prices/settings';
import { type Measured, ourEntrant, takeTurns } from './contest';
import { makeBenchData } from './data';
import { describeMachine } from './machine';
import { machineLines, rateText, spreadText } from './markdown';
import { rows } from './rows';
import { ratioTo, spread } from './summary';

const usage =
  'npm run bench -- --beside DIR [--only ROW]… [--rounds N], DIR another checkout that was set up';

/** `npm run bench -- --beside DIR`: every row by this checkout and by another one, in turn on the same files; writes `beside.md`. */
export async function besideBenchmark(args: readonly string[]): Promise<void> {
  const options = {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '7' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [folder, rounds] = [
    path.resolve(process.env.INIT_CWD ?? '', positionals[0] ?? ''),
    Number(values.rounds),
  ];
  if (positionals.length !== 1 || !Number.isInteger(rounds) || rounds < 1) {
    throw new ReportError('BAD_SETTING', usage);
  }
  const data = await makeBenchData(loadConfig().work);
  const lines: string[] = [];
  for (const { name, title } of rows.filter((row) => values.only?.includes(row.name) ?? true)) {
    console.error(`• ${title}`);
    const own = ourEntrant(name, title);
    const other = { ...own, ...elsewhere(folder, name), side: 'beside' };
    const { sides } = await takeTurns([own, other], { data, rounds }).catch(absent(name));
    const [now, before] = sides;
    lines.push(now && before ? rowText(title, now, before) : `| ${title} | – | – | not in both |`);
    console.error(`  ${lines.at(-1)}`);
    await writeAtomic(
      path.join(projectRoot(), 'test', 'bench', 'beside.md'),
      pageText(folder, rounds, lines),
    );
  }
}

/** A stage of another checkout; its benchmark lay at the top level once. */
function elsewhere(folder: string, stage: string): { args: string[]; cwd: string } {
  const places = [path.join('test', 'bench'), 'bench'];
  const run = places.map((place) => path.join(folder, place, 'ours', 'run.ts')).find(existsSync);
  if (!run) throw new ReportError('BAD_INPUT', `There is no benchmark in ${folder}: name a checkout.`);
  return { args: ['--no-deprecation', '--import', 'tsx', run, stage], cwd: folder };
}

/** A row that the other checkout does not know is left out; any other failure stays one. */
const absent =
  (stage: string) =>
  (error: unknown): { sides: Measured[] } => {
    if (error instanceof Error && error.message.includes(`no stage "${stage}"`)) return { sides: [] };
    throw error;
  };

const rowText = (title: string, now: Measured, before: Measured): string => {
  const rate = ({ rates, unit }: Measured): string => rateText({ rate: spread(rates), unit });
  return `| ${title} | ${rate(now)} | ${rate(before)} | ${spreadText(ratioTo(now, before), 2)} × |`;
};

const commitOf = (folder: string): string =>
  spawnSync('git', ['log', '-1', '--format=%h of %as'], { cwd: folder, encoding: 'utf8' }).stdout.trim();

function pageText(folder: string, rounds: number, lines: readonly string[]): string {
  return `${[
    '# Beside another commit',
    '',
    `Written by \`npm run bench -- --beside DIR\`: our stages of two checkouts in turn, on the same files, ${rounds} rounds.`,
    '',
    ...machineLines(describeMachine({ node: process.versions.node })),
    `- This checkout: ${commitOf(projectRoot())}; beside it: ${commitOf(folder)}`,
    '',
    '| work | this checkout: median (lowest–highest) | beside it | this ÷ beside |',
    '| --- | --- | --- | --- |',
    ...lines,
  ].join('\n')}\n`;
}
