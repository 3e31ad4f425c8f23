import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../lib/core/files';
import { random } from '../../lib/core/random';
import { quietRun } from '../../lib/core/run';
import { classBalance } from '../../lib/data/classData';
import { layered } from '../../lib/networks/layered';
import { smallCnn } from '../../lib/networks/smallCnn';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { trainClasses } from '../../lib/training/classModel';
import type { Rows } from '../../lib/training/sources';
import { temporaryFolder } from '../temporary';
import { figures, openClasses } from './classTraining';

/** A dense layer on what it is given. */
const linear = layered('linear', (shape, outputs) => [
  { kind: 'input', name: 'features', shape },
  { kind: 'flatten', name: 'flatten' },
  { kind: 'dense', name: 'out', units: outputs },
]);

describe('training on class folders', () => {
  it('predicts every picture of every part, the same when it is taken from an earlier run, and leaves no tensor', async () => {
    const { run, data } = await openClasses(temporaryFolder());
    expect(classBalance(data)).toEqual([
      { class: 'dark', training: 8, validation: 2, test: 2 },
      { class: 'light', training: 8, validation: 2, test: 2 },
    ]);
    const { tf } = await loadTensorFlow();
    const tensors = tf.memory().numTensors;
    const trained = await trainClasses(run, data, smallCnn);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(trained.reused).toBe(false);
    expect(trained.history.epochs).toHaveLength(2);
    expect(trained.predictions).toHaveLength(24);
    for (const { label, file, predicted } of trained.predictions) {
      expect(file.startsWith(`${label}/`)).toBe(true);
      expect(predicted.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    }
    const again = await trainClasses(run, data, smallCnn);
    expect(again).toEqual({ ...trained, reused: true });
    const other = { ...smallCnn, layers: () => [] }; // of the same name
    expect((await trainClasses(run, data, other)).reused).toBe(false);
    data.images.close();
  });

  it('without augmentation reads the same pictures in every epoch, beside what was trained with it', async () => {
    const { run, data } = await openClasses(temporaryFolder());
    const moved = await trainClasses(run, data, smallCnn);
    const still = await trainClasses(run, data, smallCnn, { augmented: false });
    expect(still.folder).not.toBe(moved.folder);
    expect(figures(still)).not.toEqual(figures(moved));
    const unmoved = { rotation: 0, shift: 0, shear: 0, zoom: 0, horizontalFlip: false };
    const neutral = await trainClasses(quietRun({ ...run.config, ...unmoved }), data, smallCnn);
    expect(figures(neutral)).toEqual(figures(still));
    data.images.close();
  });

  it('learns from features in place of pictures, a row for each picture', async () => {
    const { run, data } = await openClasses(temporaryFolder());
    const shape = [1, 1, 2] as const;
    const features: Rows = {
      ...{ shape, key: 'brightness' },
      read: (rows) => Float32Array.from(rows.flatMap((row) => [1, data.labels[row] === 'light' ? 1 : 0])),
    };
    const settings = { ...run.config, epochs: 60, patience: 60, learningRate: 0.1 };
    const { layers, predictions } = await trainClasses(quietRun(settings), data, linear, { features });
    expect(layers.map(({ parameters }) => parameters)).toEqual([0, 0, 6]);
    for (const { label, predicted } of predictions) expect(predicted.label).toBe(label);
    data.images.close();
  });
});

const program = path.join(__dirname, 'classTraining.ts');
const start = (folder: string): ChildProcess =>
  spawn(process.execPath, ['--require', 'tsx/cjs', program, folder], {
    cwd: projectRoot(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
/** Runs the program, killed so many ms after it has begun to train each time, and at last to its end. */
async function trainedBeside(delays: readonly number[]) {
  const folder = temporaryFolder();
  const found = { said: '', killed: 0, resumed: 0, milliseconds: 0 };
  for (const delay of [...delays, null]) {
    const child = start(folder);
    let said = '';
    let began = Number.NaN;
    let kill: NodeJS.Timeout | undefined;
    child.stdout!.on('data', (text) => {
      if (said === '') began = performance.now();
      said += text;
      if (delay !== null) kill ??= setTimeout(() => child.kill('SIGKILL'), delay);
    });
    const [code, signal] = await once(child, 'close');
    clearTimeout(kill);
    if (signal === 'SIGKILL') found.killed += 1;
    else expect(code).toBe(0);
    const [first, last = ''] = said.trim().split('\n');
    if (first === 'resuming') found.resumed += 1;
    Object.assign(found, { said: last, milliseconds: performance.now() - began });
  }
  return found;
}

describe('a training on class folders that is killed', () => {
  it('at random moments ends with the losses and the best epoch of one that is not', async () => {
    const calm = await trainedBeside([]);
    const { uniform } = random(Date.now(), 'moments');
    const delays = Array.from({ length: Number(process.env.KILLS ?? 2) }, () =>
      uniform(0, calm.milliseconds),
    );
    const { said, killed, resumed } = await trainedBeside(delays);
    if (process.env.KILLS)
      console.log(`killed ${killed} times, resumed ${resumed} times: ${said.slice(-80)}`);
    expect(said, `killed after ${delays.join(', ')} ms`).toBe(calm.said);
  }, 240_000);
});
