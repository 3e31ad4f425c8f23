import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ReportError } from '../../lib/core/errors';
import { projectRoot, stableJson, writeAtomic } from '../../lib/core/files';
import { formatNumber } from '../../lib/report/format';
import { type Config, loadConfig } from '../../lib/studies/prices/settings';
import { type Accuracy, measureAccuracy } from './accuracy';
import { peerStages, runContest } from './contest';
import { startContestant } from './contestant';
import { makeBenchData } from './data';
import { describeMachine } from './machine';
import { type BenchResults, resultsText, type SizeAccuracy } from './markdown';
import { peerPython } from './python';
import { type Row, rows } from './rows';
import { type RowSummary, summarise } from './summary';
import { type Bar, ratioChart } from './svg';

export const usage = `npm run bench -- [options]

  --only ROW        only these rows (repeat it): ${rows.map(({ name }) => name).join(', ')}
  --rounds N        rounds of each side (5)
  --json            print the figures as JSON, and write no file
  --houses DIR      measure accuracy too, on a folder in the schema of data/README.md, with --weights
  --weights FILE    a Keras H5 file of MobileNetV2 without top, for --houses
  --scale           the scaling run instead: see test/bench/README.md
  --gpu             this machine with and without its GPU instead, ours alone
  --beside DIR      our side alone, in turn with that of another checkout that was set up: beside.md
  --report [STUDY]  set-up and the first report in a new clone, page by page: report.md
  --help            this text`;

const folder = path.join(projectRoot(), 'test', 'bench');

interface Request {
  rows: readonly Row[];
  rounds: number;
  json: boolean;
  houses: string | null;
  weights: string | null;
}

function readRequest(args: readonly string[]): Request | null {
  const options = {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '5' },
    houses: { type: 'string' },
    weights: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const fail = (reason: string): never => {
    throw new ReportError('BAD_SETTING', `${reason}\n\n${usage}`);
  };
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) return null;
    const wanted = (values.only ?? []).flatMap((names) => names.split(','));
    const unknown = wanted.find((name) => !rows.some((row) => row.name === name));
    if (unknown !== undefined) return fail(`There is no row "${unknown}".`);
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) return fail(`--rounds is "${values.rounds}".`);
    const chosen = wanted.length === 0 ? rows : rows.filter(({ name }) => wanted.includes(name));
    const place = (file: string | undefined): string | null =>
      file === undefined ? null : path.resolve(process.env.INIT_CWD ?? process.cwd(), file);
    const [houses, weights] = [place(values.houses), place(values.weights)];
    if ((houses === null) !== (weights === null)) return fail('--houses and --weights go together.');
    return { rows: chosen, rounds, json: values.json, houses, weights };
  } catch (error) {
    if (error instanceof ReportError) throw error;
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** `npm run bench`: both sides of every row in turn; writes `results.md`, `results.json` and `results.svg`. */
export async function benchmark(args: readonly string[]): Promise<void> {
  const request = readRequest(args);
  if (!request) return console.log(usage);
  const python = await peerPython();
  const data = await makeBenchData(loadConfig().work);
  const stages = peerStages(python);
  const summaries: RowSummary[] = [];
  let versions: Record<string, string> = {};
  for (const row of request.rows) {
    console.error(`• ${row.title}`);
    const contest = await runContest(row, stages, {
      data,
      python,
      rounds: request.rounds,
      onRound: (side, round, rate) => console.error(`  ${round + 1} ${side}: ${formatNumber(rate, 3)}/s`),
    });
    versions = { ...contest.versions, ...versions };
    summaries.push(summarise(contest));
    if (!request.json) await writeResults({ machine: describeMachine(versions), rows: summaries });
  }
  const { houses, weights } = request;
  if (houses !== null) {
    console.error('• accuracy');
    const work = path.join(loadConfig().work, 'bench', 'accuracy');
    const accuracy: SizeAccuracy[] = [];
    for (const imageSize of [224, 320]) {
      const config = { ...loadConfig(), work, data: houses, weights, imageSize };
      const ours = await measureAccuracy(config);
      accuracy.push({ imageSize, ours, peer: await peerAccuracy(python, config) });
    }
    if (request.json) console.log(stableJson(accuracy, 2));
    else await writeResults({ machine: describeMachine(versions), rows: summaries, accuracy });
  }
  if (request.json) console.log(stableJson({ machine: describeMachine(versions), rows: summaries }, 2));
  else console.log(`Written: ${path.join(folder, 'results.md')}`);
}

/** The same by the Python side. */
async function peerAccuracy(python: string, { data, weights, imageSize }: Config): Promise<Accuracy> {
  const given = Object.entries({ data, weights, side: imageSize }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  const args = [path.join(folder, 'peer', 'run.py'), 'houses', ...given];
  const peer = await startContestant('houses', python, args, projectRoot());
  if ('skipped' in peer) throw new ReportError('BAD_INPUT', peer.skipped);
  const { check = {} } = await peer.round();
  peer.close();
  const figure = (name: string): number => Number(check[name]);
  return {
    games: figure('games'),
    splits: figure('splits'),
    r2Log: { mean: figure('r2_log_price'), deviation: figure('r2_deviation') },
    relativeMae: { mean: figure('mae_share_of_median'), deviation: figure('mae_share_deviation') },
  };
}

/** Rows that were not run this time stay as they were. */
async function writeResults({ machine, rows: fresh, accuracy }: BenchResults): Promise<void> {
  const file = path.join(folder, 'results.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as BenchResults) : null; // written below
  const sameMachine =
    before?.machine.processor === machine.processor && before.machine.cores === machine.cores;
  const merged = rows.flatMap(({ name }) => {
    const row =
      fresh.find((summary) => summary.name === name) ??
      (sameMachine ? before?.rows.find((summary) => summary.name === name) : undefined);
    return row ? [row] : [];
  });
  const results = {
    machine: {
      ...machine,
      versions: { ...(sameMachine ? before?.machine.versions : {}), ...machine.versions },
    },
    rows: merged,
    accuracy: accuracy ?? before?.accuracy,
  };
  await writeAtomic(file, `${stableJson(results, 1)}\n`);
  await writeAtomic(path.join(folder, 'results.md'), resultsText(results));
  await writeAtomic(path.join(folder, 'results.svg'), chartOf(results));
}

function chartOf({ machine, rows: all }: BenchResults): string {
  const bars = all.flatMap(({ name, sides }) =>
    (['seed', 'strong'] as const).flatMap((tone): Bar[] => {
      const others = sides.filter((side) => side.style === tone && side.ratio !== null);
      const hardest = others.sort((a, b) => a.ratio!.median - b.ratio!.median)[0]; // filtered above, as below
      if (!hardest) return [];
      const { median: value, low, high } = hardest.ratio!;
      const label = `${name}, ${tone === 'seed' ? 'as in the original' : 'strongest Python'}`;
      const goal = all
        .find((row) => row.name === name)
        ?.goals.find(({ against }) => against === hardest.side);
      const text = `${formatNumber(value, value < 10 ? 1 : 0)} ×`;
      return [{ label, value, low, high, goal: goal?.atLeast ?? null, text, tone }];
    }),
  );
  const rounds = Math.min(...all.map((row) => row.rounds));
  return ratioChart(
    'How many times as fast as the same work in Python',
    `npm run bench; ${machine.cores} cores of ${machine.processor}; medians and range of ${rounds} rounds; marks are goals`,
    bars,
  );
}
