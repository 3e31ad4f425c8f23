import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../lib/config';
import { ReportError } from '../lib/errors';
import { projectRoot, stableJson, writeAtomic } from '../lib/files';
import { type Contestant, startContestant } from './contestant';
import { makeBenchData } from './data';
import { type GpuResults, type GpuRow, gpuText } from './gpuMarkdown';
import { describeMachine } from './machine';
import { spread } from './summary';

const folder = path.join(projectRoot(), 'bench');

/** What is timed with and without the GPU: stages of `bench/ours/catalogue.ts`. */
const stages: Record<string, string> = {
  'features-96': 'Features of MobileNetV2 1.0 at 96 px, from a store of pictures to rows on disk',
  'features-224': 'Features of MobileNetV2 0.35 at 224 px',
  'epoch-32': 'Epoch of the head over 2,000 images, batches of 32',
  'epoch-128': 'Epoch of the head over 2,000 images, batches of 128',
  'fine-tune': 'Epoch over 512 images with the last three blocks of the base learning along',
  'grad-cam-features': 'Grad-CAM from features at hand, one map at a time',
};

/** `npm run bench -- --gpu`: the same program on one machine with its GPU and without; writes `gpu.json` and `gpu.md`. */
export async function gpuBenchmark(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string', default: '5' } } });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new ReportError('BAD_SETTING', `--rounds is "${values.rounds}", expected a whole number from 1.`);
  }
  const data = await makeBenchData(loadConfig().work);
  const rows: GpuRow[] = [];
  let versions: Record<string, string> = {};
  for (const [name, title] of Object.entries(stages)) {
    console.error(`• ${title}`);
    const gpu = await side(name, data, process.env);
    const cpu = await side(name, data, { ...process.env, CUDA_VISIBLE_DEVICES: '' });
    versions = { ...gpu.versions, gpu: cardName() };
    if (gpu.versions.gpu !== 'yes') throw new ReportError('BAD_INPUT', 'TensorFlow finds no GPU here.');
    rows.push({ name, title, ...(await compare(gpu, cpu, rounds)) });
    const inOrder = process.env.TF_DETERMINISTIC_OPS !== '0';
    const results: GpuResults = { machine: describeMachine(versions), rounds, inOrder, rows };
    await writeAtomic(path.join(folder, 'gpu.json'), `${stableJson(results, 1)}\n`);
    await writeAtomic(path.join(folder, 'gpu.md'), gpuText(results));
  }
}

const cardName = (): string =>
  spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
    encoding: 'utf8',
  }).stdout?.trim() || 'of unknown name';

async function side(stage: string, data: string, env: NodeJS.ProcessEnv): Promise<Contestant> {
  const root = projectRoot();
  const loader = path.join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const args = ['--no-deprecation', loader, path.join(folder, 'ours', 'run.ts'), stage, '--data', data];
  const started = await startContestant(stage, process.execPath, args, root, env);
  if ('skipped' in started) throw new ReportError('BAD_INPUT', started.skipped);
  return started;
}

/** Both in turn, the first one changing from round to round. */
async function compare(
  gpu: Contestant,
  cpu: Contestant,
  rounds: number,
): Promise<Omit<GpuRow, 'name' | 'title'>> {
  const rates = new Map<Contestant, number[]>([
    [gpu, []],
    [cpu, []],
  ]);
  let unit = '';
  for (let round = 0; round < rounds; round++) {
    for (const one of round % 2 === 0 ? [gpu, cpu] : [cpu, gpu]) {
      const done = await one.round();
      unit = done.unit;
      rates.get(one)!.push(done.n / done.seconds); // one of the two above
    }
  }
  gpu.close();
  cpu.close();
  const [with_, without] = [rates.get(gpu)!, rates.get(cpu)!]; // set above
  return {
    unit,
    gpu: spread(with_),
    cpu: spread(without),
    ratio: spread(with_.map((rate, round) => rate / without[round]!)), // as many rounds
  };
}
