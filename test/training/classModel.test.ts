import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../lib/core/files';
import { random } from '../../lib/core/random';
import { quietRun } from '../../lib/core/run';
import { classBalance } from '../../lib/data/classData';
import { stageStart } from '../../lib/networks/backbone';
import { backboneFile } from '../../lib/networks/backbones';
import { pictureFeatures } from '../../lib/networks/featureStage';
import { linearHeadWith } from '../../lib/networks/head';
import { layered } from '../../lib/networks/layered';
import { smallCnn } from '../../lib/networks/smallCnn';
import { ownFile } from '../../lib/networks/weights';
import { tailNetwork } from '../../lib/networks/wholeModel';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { trainClasses } from '../../lib/training/classModel';
import { type PictureSource, seenBy } from '../../lib/training/pictureSource';
import type { Rows } from '../../lib/training/sources';
import { labelsOf } from '../../lib/training/tasks';
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
    const asked = { features, predicted: ['validation', 'test'] as const };
    const some = await trainClasses(quietRun(settings), data, linear, asked);
    expect(some.predictions).toEqual(predictions.filter(({ part }) => part !== 'training'));
    data.images.close();
  });
});

describe('fine-tuning on class folders', () => {
  it.each([1, 2] as const)(
    'trains the last %i stages of a backbone with a head, on features of what comes before or on pictures that it sees',
    async (stages) => {
      const { run: small, data } = await openClasses(temporaryFolder());
      const { tf } = await loadTensorFlow();
      const base = await backboneFile(ownFile('').file);
      const { cut, first } = stageStart(base, stages);
      const rates = [
        { from: first, factor: 0.1 },
        { from: 'gap', factor: 1 },
      ];
      const run = quietRun({ ...small.config, epochs: 3 });
      const features = await pictureFeatures(run, data.images, base, { upTo: cut });
      const network = tailNetwork(base, 32, cut, linearHeadWith(0.5));
      const tensors = tf.memory().numTensors;
      const settings = { rates, weightDecay: 0.003 };
      const cached = await trainClasses(run, data, network, { features, settings });
      const seen = (pictures: PictureSource) => seenBy(pictures, base, cut);
      const still = { rotation: 0, shift: 0, shear: 0, zoom: 0, horizontalFlip: false };
      const neutral = { seed: 1, settings: still };
      const flowing = { ...network, name: 'flowing' };
      const live = await trainClasses(run, data, flowing, {
        features,
        settings,
        seenBy: seen,
        augmented: neutral,
      });
      expect(tf.memory().numTensors).toBe(tensors);
      cached.history.epochs.forEach(({ training, validation }, i) => {
        const other = live.history.epochs[i]!;
        // Features on disk are half-precision, 5e-4 of each; losses are around 1.
        expect(Math.abs(training.loss! - other.training.loss!)).toBeLessThan(5e-3);
        expect(Math.abs(validation.loss! - other.validation.loss!)).toBeLessThan(5e-3);
      });
      const [one, , last] = cached.history.epochs;
      expect(last!.training.loss).toBeLessThan(one!.training.loss!);
      const mixing = { kind: 'mixup', alpha: 0.4, seed: 1 } as const;
      const other = await trainClasses(
        run,
        data,
        { ...network, name: 'mixed' },
        { features, settings, seenBy: seen, mixing },
      );
      expect(figures(other)).not.toEqual(figures(cached));
      const drawn = await trainClasses(
        run,
        data,
        { ...network, name: 'drawn' },
        { features, settings, sampling: [1, 0.1] },
      );
      expect(figures(drawn)).not.toEqual(figures(cached));
      features.close();
      data.images.close();
    },
  );

  it('learns each of several classes by itself', async () => {
    const { run, data } = await openClasses(temporaryFolder());
    const shape = [1, 1, 2] as const;
    const labelSets = data.labels.map((label, row) => (row % 3 === 0 ? ['dark', 'light'] : [label]));
    const features: Rows = {
      ...{ shape, key: 'which' },
      read: (rows) =>
        Float32Array.from(
          rows.flatMap((row) => data.classes.map((name) => (labelSets[row]!.includes(name) ? 1 : -1))),
        ),
    };
    const settings = { epochs: 80, patience: 80, learningRate: 0.2 };
    const { predictions } = await trainClasses(run, data, linear, { features, labelSets, settings });
    for (const { image, predicted } of predictions) {
      expect(labelsOf(predicted, data.classes)).toEqual([...labelSets[image]!].sort());
    }
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
