import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../lib/core/files';
import { random } from '../../lib/core/random';
import { buildHead } from '../../lib/networks/head';
import { modelWeights } from '../../lib/networks/modelWeights';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { readCheckpoint, writeCheckpoint } from '../../lib/training/checkpoint';
import type { TrainingSettings } from '../../lib/training/settings';
import { labelledSource } from '../../lib/training/sources';
import { regression } from '../../lib/training/tasks';
import { type TrainingHistory, type TrainingOptions, train } from '../../lib/training/train';
import { withCode } from '../data/close';
import { sharedFolder } from '../temporary';
import type { TrainingOutcome } from './checkpointedTraining';
import { headSettings, learnable, settings, shape } from './learnable';

const folder = sharedFolder();
const place = (name: string): string => path.join(folder, name);
let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe('a checkpoint file', () => {
  const record = {
    epochs: [{ epoch: 1, loss: 0.1 + 0.2 }],
    nested: { best: [Float32Array.of(1, -0, 1e-45), new Float32Array()], none: null },
    last: Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY),
  };

  it('gives back the record to the last bit, arrays at any depth', async () => {
    await writeCheckpoint(place('record'), 'key', record);
    expect(await readCheckpoint(place('record'), 'key')).toEqual(record);
  });

  it('is none for another key, and where there is no file', async () => {
    await writeCheckpoint(place('record'), 'key', record);
    expect(await readCheckpoint(place('record'), 'other')).toBeNull();
    expect(await readCheckpoint(place('missing'), 'key')).toBeNull();
  });

  it('is refused when it is cut short or a bit of it has changed, wherever that is', async () => {
    await writeCheckpoint(place('record'), 'key', record);
    const whole = readFileSync(place('record'));
    const keyAt = whole.indexOf('"key":"key"');
    const damaged = async (content: Uint8Array): Promise<void> => {
      writeFileSync(place('damaged'), content);
      // A changed key or version is that of another training; everything else is noticed.
      const read = readCheckpoint(place('damaged'), 'key');
      await expect(read).rejects.toEqual(withCode('BROKEN_STAGE'));
    };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), (length) =>
        damaged(whole.subarray(0, length)),
      ),
      { numRuns: 30 },
    );
    const body = whole.indexOf('\n') + 1;
    expect(keyAt).toBeLessThan(body);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: body, max: whole.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        (at, bit) => {
          const changed = Buffer.from(whole);
          changed[at]! ^= 1 << bit;
          return damaged(changed);
        },
      ),
      { numRuns: 30 },
    );
  });
});

/** Trains a fresh head with a checkpoint after each step, and checks that no tensor stays. */
async function trainHead(
  file: string,
  change: Partial<TrainingOptions> & { changed?: Partial<TrainingSettings> } = {},
): Promise<{ history: TrainingHistory; weights: ReturnType<typeof modelWeights>; steps: number[] }> {
  const before = tf.memory().numTensors;
  const model = buildHead(shape, headSettings);
  const steps: number[] = [];
  const { changed, ...options } = change;
  try {
    const history = await train({
      task: regression(),
      training: learnable(60, 'training'),
      validation: learnable(20, 'validation'),
      ...options,
      model,
      settings: { ...settings, ...changed },
      checkpoint: { file, everySeconds: 0 },
      onBatch: (done, total) => {
        steps.push(done);
        options.onBatch?.(done, total);
      },
    });
    return { history, weights: modelWeights(model), steps };
  } finally {
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  }
}
const figures = ({ epochs, bestEpoch }: TrainingHistory) => [
  epochs.map(({ seconds: _, ...rest }) => rest),
  bestEpoch,
];

/** Trains until step `last` and interrupts there; leaves its checkpoint in `file`. */
async function interruptAt(last: number, file: string): Promise<void> {
  const controller = new AbortController();
  const onBatch = (done: number) => done === last && controller.abort();
  const run = trainHead(file, { onBatch, signal: controller.signal });
  await expect(run).rejects.toEqual(withCode('INTERRUPTED'));
}

describe('a training with a checkpoint', () => {
  // 60 images in batches of 8: steps 8, 16, 24 and 32 end an epoch.
  it.each([1, 7, 8, 9, 20, 31])('goes on after step %i as if it had not been interrupted', async (last) => {
    const whole = await trainHead(place('whole'));
    const file = place(`interrupted-${last}`);
    await interruptAt(last, file);
    const rest = await trainHead(file);
    expect(rest.steps[0]).toBe(last + 1);
    expect(figures(rest.history)).toEqual(figures(whole.history));
    expect(rest.weights).toEqual(whole.weights);
    expect(existsSync(file)).toBe(false);
  });

  it('can be interrupted again and again', async () => {
    const file = place('often');
    for (const last of [3, 4, 11, 12, 30]) await interruptAt(last, file);
    const { history } = await trainHead(file);
    expect(figures(history)).toEqual(figures((await trainHead(place('whole'))).history));
  });

  it('writes it when it is interrupted, although it is not time yet', async () => {
    const file = place('seldom');
    const controller = new AbortController();
    const model = buildHead(shape, headSettings);
    const run = train({
      model,
      task: regression(),
      training: learnable(60, 'training'),
      validation: learnable(20, 'validation'),
      settings,
      checkpoint: { file, everySeconds: 1e6 },
      signal: controller.signal,
      onBatch: (done) => {
        expect(existsSync(file)).toBe(false);
        if (done === 5) controller.abort();
      },
    });
    await expect(run).rejects.toEqual(withCode('INTERRUPTED'));
    model.dispose();
    expect((await trainHead(file)).steps[0]).toBe(6);
  });

  const others: [string, Parameters<typeof trainHead>[1]][] = [
    ['another learning rate', { changed: { learningRate: 0.02 } }],
    ['another schedule', { changed: { schedule: { kind: 'cosine' } } }],
    ['more epochs', { changed: { epochs: 5 } }],
    ['other rows', { training: { ...learnable(60, 'training'), key: 'others' } }],
    [
      'other labels',
      { training: labelledSource(regression(), Array(60).fill(0), learnable(60, 'training').rows) },
    ],
    ['another task', { task: { ...regression(), settings: { scale: 2 } } }],
    ['fewer validation images', { validation: learnable(19, 'validation') }],
  ];
  it.each(others)('begins anew with %s', async (_, change) => {
    const file = place('other');
    await interruptAt(9, file);
    expect((await trainHead(file, change)).steps[0]).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it('refuses a damaged one', async () => {
    const file = place('cut');
    await interruptAt(9, file);
    writeFileSync(file, readFileSync(file).subarray(0, -10));
    await expect(trainHead(file)).rejects.toEqual(withCode('BROKEN_STAGE'));
  });
});

/** The program beside this file, in a process of its own. */
function start(file: string, result: string): ChildProcess {
  const program = path.join(__dirname, 'checkpointedTraining.ts');
  return spawn(process.execPath, ['--require', 'tsx/cjs', program, file, result], {
    cwd: projectRoot(),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const ended = (child: ChildProcess): Promise<number | NodeJS.Signals | null> =>
  new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)));

describe('a training that is killed', () => {
  it('twice, at any moment, ends with the same figures and weights as one that is not', async () => {
    const outcome = (name: string): TrainingOutcome => JSON.parse(readFileSync(place(name), 'utf8'));
    expect(await ended(start(place('calm'), place('calm.json')))).toBe(0);
    const draw = random(Date.now(), 'moments');
    const file = place('killed');
    for (const run of [1, 2]) {
      const child = start(file, place('killed.json'));
      const [writes, delay] = [draw.integer(1, 50), draw.uniform(0, 5)];
      let seen = 0;
      const watcher = watch(folder, async (_event, name) => {
        if (name !== path.basename(file) || ++seen !== writes) return;
        await setTimeout(delay); // any moment between two steps or within one, also while a checkpoint is written
        child.kill('SIGKILL');
      });
      expect(await ended(child), `run ${run}, after ${writes} checkpoints and ${delay} ms`).toBe('SIGKILL');
      watcher.close();
      expect(existsSync(place('killed.json'))).toBe(false);
    }
    expect(await ended(start(file, place('killed.json')))).toBe(0);
    const { firstStep, ...rest } = outcome('killed.json');
    const { firstStep: first, ...expected } = outcome('calm.json');
    expect(first).toBe(1);
    expect(firstStep).toBeGreaterThan(2);
    expect(rest).toEqual(expected);
    expect(rest.epochs).toHaveLength(40);
    expect(readdirSync(folder).filter((name) => name.startsWith('killed'))).toEqual(['killed.json']);
  }, 60_000);
});
