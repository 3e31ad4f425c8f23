import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ReportError } from '../../lib/core/errors';
import { projectRoot, stableJson, writeAtomic } from '../../lib/core/files';
import { formatCount, formatRate, formatSeconds } from '../../lib/report/format';
import { loadConfig } from '../../lib/studies/prices/settings';
import { makeBenchData } from './data';
import { describeMachine } from './machine';
import { treeMemory } from './memory';
import { scaleChart } from './scaleChart';
import { scaleData } from './scaleData';
import type { ScaleResults, ScaleSize, ScaleStep } from './scaleResults';

const folder = path.join(projectRoot(), 'test', 'bench');
const usage = 'npm run bench -- --scale [--images 1000,4000,16000,64000,128000] [--epochs 3] [--size 96]';

/**
 * From pictures to a trained head at growing sizes, each in a process of its own on a folder in which nothing has been made; writes `scale.json`
 * and `scale.svg`, and the log of the largest number as `scale.log`; with `--size 224` those of `scale-224`.
 */
export async function scaling(args: readonly string[]): Promise<void> {
  const options = {
    images: { type: 'string', default: '1000,4000,16000,64000,128000' },
    epochs: { type: 'string', default: '3' },
    size: { type: 'string', default: '96' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const counts = values.images.split(',').map(Number);
  const [epochs, size] = [Number(values.epochs), Number(values.size)];
  if (![...counts, epochs, size].every((count) => Number.isInteger(count) && count > 0)) {
    throw new ReportError('BAD_SETTING', `Numbers, epochs and the size are whole numbers.\n\n${usage}`);
  }
  const { work } = loadConfig();
  const name = size === 96 ? 'scale' : `scale-${size}`;
  const sample = await makeBenchData(work);
  const sizes: ScaleSize[] = [];
  for (const images of counts) {
    const data = await scaleData(work, sample, images);
    const lines: string[] = [];
    const say = (line: string): void => {
      console.error(line);
      lines.push(line);
    };
    say(`${new Date().toISOString()} ${formatCount(images)} pictures of ${size} pixels, ${epochs} epochs`);
    const scratch = path.join(work, 'bench', `run-${images}`);
    await rm(scratch, { recursive: true, force: true });
    const steps = await runSize(data, scratch, { epochs, size }, (step) => say(stepText(step)));
    await rm(scratch, { recursive: true, force: true });
    const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
    say(
      `${new Date().toISOString()} all: ${formatSeconds(seconds)}, at most ${formatCount(Math.max(...steps.map(({ peakMib }) => peakMib)))} MiB`,
    );
    sizes.push({ images, steps });
    const results: ScaleResults = {
      machine: describeMachine({ node: process.versions.node }),
      epochs,
      imageSize: size,
      sizes,
    };
    await writeAtomic(path.join(folder, `${name}.json`), `${stableJson(results, 1)}\n`);
    await writeAtomic(path.join(folder, `${name}.svg`), scaleChart(results));
    await writeAtomic(path.join(folder, `${name}.log`), `${lines.join('\n')}\n`);
  }
}

function stepText({ step, items, seconds, peakMib, ...figures }: ScaleStep): string {
  const rest = Object.entries(figures).map(([name, value]) => `, ${name} ${value}`);
  return `${new Date().toISOString()}   ${step}: ${formatCount(items)} in ${formatSeconds(seconds)} (${formatRate(items / seconds)}), ${formatCount(peakMib)} MiB${rest.join('')}`;
}

/** Runs one size and gives its steps; memory is looked at four times a second. */
async function runSize(
  data: string,
  work: string,
  { epochs, size }: { epochs: number; size: number },
  onStep: (step: ScaleStep) => void,
): Promise<ScaleStep[]> {
  const root = projectRoot();
  const args = [
    ...['--no-deprecation', '--import', './lib/cli/loader.mjs'],
    path.join(folder, 'scaleRun.ts'),
    ...['--data', data, '--work', work, '--epochs', String(epochs), '--size', String(size)],
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const steps: ScaleStep[] = [];
  let peakMib = 0;
  const watch = setInterval(() => {
    peakMib = Math.max(peakMib, treeMemory(child.pid!)); // it was started
  }, 250);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const step: ScaleStep = { ...JSON.parse(line), peakMib }; // written by scaleRun.ts
    peakMib = 0;
    steps.push(step);
    onStep(step);
  });
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  clearInterval(watch);
  if (code === 0) return steps;
  throw new ReportError(
    'BAD_INPUT',
    `The run over ${data} ended with status ${code}: see its message above.`,
  );
}
