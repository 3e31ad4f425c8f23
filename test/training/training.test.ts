import type { LayersModel } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { EpochRecord } from '../../lib/core/concepts';
import { buildHead } from '../../lib/networks/head';
import { modelWeights } from '../../lib/networks/modelWeights';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { evaluate, predict } from '../../lib/training/predict';
import type { Schedule } from '../../lib/training/schedule';
import type { TrainingSettings } from '../../lib/training/settings';
import { batches, labelledSource } from '../../lib/training/sources';
import { classes, regression } from '../../lib/training/tasks';
import { type TrainingOptions, train } from '../../lib/training/train';
import { largestDifference } from '../networks/weightFiles';
import { headSettings, type Learnable, learnable, settings, shape } from './learnable';

const training = learnable(60, 'training');
const validation = learnable(20, 'validation');

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** Trains a fresh head, gives what `look` sees in it, and checks that no tensor stays. */
async function trainHead<T>(
  change: Partial<Omit<TrainingOptions, 'model' | 'settings'>> & {
    settings?: Partial<TrainingSettings>;
  } = {},
  look: (history: Awaited<ReturnType<typeof train>>, model: LayersModel) => T,
): Promise<T> {
  const before = tf.memory().numTensors;
  const model = buildHead(shape, headSettings);
  try {
    const history = await train({
      task: regression(),
      training,
      validation,
      ...change,
      model,
      settings: { ...settings, ...change.settings },
    });
    return look(history, model);
  } finally {
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  }
}
const figures = (records: EpochRecord[]) => records.map(({ seconds: _, ...rest }) => rest);

describe('train', () => {
  it('learns what can be learnt: the validation error falls below half the variance of the targets', async () => {
    const mean = validation.labels.reduce((a, b) => a + b) / validation.count;
    const variance = validation.labels.reduce((sum, t) => sum + (t - mean) ** 2, 0) / validation.count;
    const best = await trainHead(
      { settings: { epochs: 40, patience: 40 } },
      ({ epochs, bestEpoch }) => epochs.find(({ epoch }) => epoch === bestEpoch)!,
    );
    expect(best.validation.mse).toBeLessThan(variance / 2);
  });

  it('gives the same figures and weights for the same seed, and others for another', async () => {
    const run = (seed: number) =>
      trainHead({ settings: { seed } }, ({ epochs }, model) => ({
        epochs: figures(epochs),
        weights: modelWeights(model),
      }));
    const first = await run(5);
    expect(await run(5)).toEqual(first);
    expect((await run(6)).epochs).not.toEqual(first.epochs);
  });

  it('sees every image once in each epoch, in another order each time', async () => {
    const seen: number[] = [];
    const read = (rows: readonly number[], epoch: number) => {
      seen.push(...rows);
      return training.read(rows, epoch);
    };
    await trainHead({ training: { ...training, read }, settings: { epochs: 2 } }, () => {});
    const [first, second] = [seen.slice(0, 60), seen.slice(60)];
    const sorted = (rows: number[]) => [...rows].sort((a, b) => a - b);
    expect(sorted(first)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    expect(sorted(second)).toEqual(sorted(first));
    expect(second).not.toEqual(first);
  });

  it('stops when patience runs out and puts back the weights of the best epoch, statistics included', async () => {
    const kept: ReturnType<typeof modelWeights>[] = [];
    const model = buildHead(shape, headSettings);
    const opposite = labelledSource(
      regression(),
      validation.labels.map((label) => -label),
      validation.rows,
    ); // learning makes it worse
    const history = await train({
      model,
      task: regression(),
      training,
      validation: opposite,
      settings: { ...settings, epochs: 30, patience: 3 },
      onEpoch: () => {
        kept.push(modelWeights(model));
      },
    });
    const { epochs, bestEpoch, stoppedEarly } = history;
    expect(stoppedEarly).toBe(true);
    expect(epochs).toHaveLength(bestEpoch + 3);
    const errors = epochs.map((record) => record.validation.mse!);
    expect(errors.indexOf(Math.min(...errors)) + 1).toBe(bestEpoch);
    expect(modelWeights(model)).toEqual(kept[bestEpoch - 1]);
    expect(await evaluate(model, regression(), opposite, 8)).toEqual(epochs[bestEpoch - 1]!.validation);
    expect(JSON.parse(JSON.stringify(history))).toEqual(history);
    model.dispose();
  });

  it('follows the schedule: the rate of each epoch is that of its last step', async () => {
    const rates = async (schedule: Schedule, epochs: number) =>
      trainHead({ settings: { schedule, epochs, patience: epochs } }, (history) =>
        history.epochs.map(({ learningRate }) => learningRate),
      );
    expect(await rates({ kind: 'constant' }, 2)).toEqual([0.01, 0.01]);
    // 8 steps an epoch: warm after 8 of 24, then the last steps of the epochs are 7 and 15 of 16 on
    const cosine = [1, (1 + Math.cos((Math.PI * 7) / 16)) / 2, (1 + Math.cos((Math.PI * 15) / 16)) / 2];
    (await rates({ kind: 'cosine' }, 3)).forEach((rate, i) => {
      expect(rate).toBeCloseTo(0.01 * cosine[i]!, 12);
    });
    // Where the error does not become smaller, the next epoch has half the rate.
    await trainHead(
      { settings: { schedule: { kind: 'plateau', factor: 0.5, patience: 1 }, epochs: 6, patience: 6 } },
      ({ epochs }) => {
        let [rate, best] = [0.01, Number.POSITIVE_INFINITY];
        for (const { learningRate, validation } of epochs) {
          expect(learningRate).toBe(rate);
          if (validation.mse! < best - 1e-4) best = validation.mse!;
          else rate /= 2;
        }
      },
    );
  });

  it('learns otherwise with another schedule', async () => {
    const errors = (schedule: Schedule) =>
      trainHead({ settings: { schedule } }, ({ epochs }) => epochs.map((record) => record.validation.mse!));
    expect(await errors({ kind: 'cosine' })).not.toEqual(await errors({ kind: 'constant' }));
  });

  it('reports each epoch and each step', async () => {
    const steps: [number, number][] = [];
    const reported: number[] = [];
    const onBatch = (done: number, total: number) => steps.push([done, total]);
    const onEpoch = ({ epoch }: EpochRecord) => {
      reported.push(epoch);
    };
    await trainHead({ onBatch, onEpoch, settings: { epochs: 2 } }, () => {});
    // 60 images in batches of 8 are 8 steps, the last with 4 images
    expect(steps).toEqual(Array.from({ length: 16 }, (_, i) => [i + 1, 16]));
    expect(reported).toEqual([1, 2]);
  });

  it("does not count what the caller does between epochs among an epoch's seconds", async () => {
    const now = performance.now.bind(performance);
    let waited = 0; // ms
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + waited);
    const options = {
      onEpoch: () => {
        waited += 1e6;
      },
    };
    const epochs = await trainHead({ ...options, settings: { epochs: 3 } }, (history) => history.epochs);
    clock.mockRestore();
    expect(epochs).toHaveLength(3);
    expect(Math.max(...epochs.map(({ seconds }) => seconds))).toBeLessThan(500);
  });

  it('stops at the next step when it is interrupted', async () => {
    const controller = new AbortController();
    let steps = 0;
    const onBatch = () => {
      steps += 1;
      if (steps === 11) controller.abort();
    };
    await expect(trainHead({ onBatch, signal: controller.signal }, () => {})).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(steps).toBe(11);
  });

  it('says to lower the learning rate when the loss is no longer a number', async () => {
    await expect(
      trainHead({ settings: { learningRate: 1e30, optimizer: 'sgd' } }, () => {}),
    ).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('lower the learning rate'),
    });
  });

  it('trains classes by cross-entropy and counts the right ones', async () => {
    const model = buildHead(shape, { ...headSettings, dropout1: 0, dropout2: 0, outputs: 2 });
    const task = classes(['below', 'above']);
    const asClasses = ({ labels, rows }: Learnable) =>
      labelledSource(
        task,
        labels.map((label) => (label > 0 ? 'above' : 'below')),
        rows,
      );
    const { epochs } = await train({
      model,
      task,
      training: asClasses(training),
      validation: asClasses(validation),
      settings: { ...settings, epochs: 30, patience: 30 },
    });
    const figuresNow = await evaluate(model, task, asClasses(validation), 8);
    expect(figuresNow.accuracy).toBeGreaterThan(0.7);
    const outputs = await predict(model, validation, 8);
    expect(outputs).toHaveLength(40);
    const said = validation.labels.map((_, i) => task.decode(outputs.subarray(2 * i, 2 * i + 2)));
    const right = said.filter(({ label }, i) => (label === 'above') === validation.labels[i]! > 0).length;
    expect(figuresNow.accuracy).toBe(right / 20);
    expect(Object.keys(epochs[0]!.training)).toEqual(['loss', 'accuracy']);
    // Cross-entropy computed here from the probabilities; float32 logarithms of 20 rows.
    const l2 = modelWeights(model)
      .filter(({ name }) => /dense.\/kernel/.test(name))
      .reduce((sum, { data }) => sum + 0.001 * data.reduce((a, b) => a + b * b, 0), 0);
    const entropy = said.reduce(
      (sum, { probabilities }, i) => sum - Math.log(probabilities[validation.labels[i]! > 0 ? 1 : 0]!),
      0,
    );
    expect(figuresNow.loss).toBeCloseTo(entropy / 20 + l2, 5);
    model.dispose();
  });

  it('keeps the epoch with the largest figure where a task says that the largest is best', async () => {
    const task = { ...regression(), monitor: { metric: 'mae', best: 'max' } } as const;
    const { epochs, bestEpoch, monitor } = await trainHead(
      { task, settings: { patience: 4 } },
      (history) => history,
    );
    const figures = epochs.map((record) => record.validation.mae!);
    expect(figures.indexOf(Math.max(...figures)) + 1).toBe(bestEpoch);
    expect(monitor).toEqual(task.monitor);
  });

  const refused: [string, Parameters<typeof trainHead>[0]][] = [
    ['no rows', { training: { ...training, count: 0 } }],
    ['rows of another shape', { training: { ...training, shape: [3, 3, 4] } }],
    ['a task of more outputs', { task: classes(['a', 'b']) }],
    [
      'a figure that the task does not have',
      { task: { ...regression(), monitor: { metric: 'f1', best: 'max' } } },
    ],
  ];
  it.each(refused)('refuses %s', async (_, change) => {
    await expect(trainHead(change, () => {})).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('predict', () => {
  it('does not depend on the size of the batches', async () => {
    const model = buildHead(shape, headSettings);
    const whole = await predict(model, validation, 20);
    for (const batchSize of [1, 7, 64]) {
      // other batch sizes may sum in another order: a few units in the last place of float32
      expect(largestDifference(await predict(model, validation, batchSize), whole)).toBeLessThan(1e-6);
    }
    model.dispose();
  });
});

describe('batches', () => {
  it('cuts any number of rows into batches that hold each row once, all full but the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 50 }), (count, batchSize) => {
        const cut = batches(count, batchSize);
        expect(cut.flat()).toEqual(Array.from({ length: count }, (_, i) => i));
        expect(cut.slice(0, -1).every((rows) => rows.length === batchSize)).toBe(true);
        expect(cut.every((rows) => rows.length > 0)).toBe(true);
      }),
    );
  });
});
