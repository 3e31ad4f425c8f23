import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ReportError } from '../../lib/core/errors';
import { projectRoot, stableJson, writeAtomic } from '../../lib/core/files';
import { loadConfig } from '../../lib/studies/prices/settings';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { type Measured, ourEntrant, takeTurns } from './contest';
import { makeBenchData } from './data';
import { type GpuResults, type GpuRow, gpuText } from './gpuMarkdown';
import { describeMachine } from './machine';
import { ratioTo, spread } from './summary';

const folder = path.join(projectRoot(), 'test', 'bench');

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
  if (!(await loadTensorFlow()).gpu) throw new ReportError('BAD_INPUT', 'TensorFlow finds no GPU here.');
  const data = await makeBenchData(loadConfig().work);
  const rows: GpuRow[] = [];
  for (const [name, title] of Object.entries(stages)) {
    console.error(`• ${title}`);
    const withGpu = { ...ourEntrant(name, title), side: 'gpu' };
    const without = { ...withGpu, side: 'cpu', env: { ...process.env, CUDA_VISIBLE_DEVICES: '' } };
    const { sides, versions } = await takeTurns([withGpu, without], { data, rounds });
    rows.push(summariseGpu(name, sides));
    const machine = describeMachine({ ...versions, gpu: cardName() });
    const inOrder = process.env.TF_DETERMINISTIC_OPS !== '0';
    const results: GpuResults = { machine, rounds, inOrder, rows };
    await writeAtomic(path.join(folder, 'gpu.json'), `${stableJson(results, 1)}\n`);
    await writeAtomic(path.join(folder, 'gpu.md'), gpuText(results));
  }
}

function summariseGpu(name: string, sides: readonly Measured[]): GpuRow {
  const [gpu, cpu] = sides;
  if (!gpu || !cpu) throw new ReportError('BAD_INPUT', `The stage ${name} cannot be done here.`);
  const { doc: title, unit } = gpu;
  return { name, title, unit, gpu: spread(gpu.rates), cpu: spread(cpu.rates), ratio: ratioTo(gpu, cpu) };
}

const cardName = (): string =>
  spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
    encoding: 'utf8',
  }).stdout?.trim() || 'of unknown name';
