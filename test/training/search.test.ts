import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EpochRecord, Source } from '../../lib/core/concepts';
import { buildHead } from '../../lib/networks/head';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { predict } from '../../lib/training/predict';
import { type SearchOptions, search, type Trial, type TrialPlan } from '../../lib/training/search';
import { regression } from '../../lib/training/tasks';
import { train } from '../../lib/training/train';
import { withCode } from '../data/close';
import { sharedFolder } from '../temporary';
import { learnable, shape } from './learnable';

const training = learnable(60, 'training');
const validation = learnable(20, 'validation');
const task = regression();
const settings = { batchSize: 16, seed: 2 };

/** A width and a learning rate to be tried. */
interface Choice {
  filters: number;
  learningRate: number;
}
const choices: Choice[] = [4, 6, 8].flatMap((filters) =>
  [1e-3, 5e-3, 3e-2].map((learningRate) => ({ filters, learningRate })),
);
const head = ({ filters }: Choice) =>
  buildHead(shape, { l2: 0.001, dropout1: 0.1, dropout2: 0.1, seed: 2, filters, units: [8, 6] });

/** Mean absolute error of outputs, in units of the labels. */
const errorOf = (outputs: Float32Array): number =>
  outputs.reduce((sum, value, i) => sum + Math.abs(value - validation.labels[i]!), 0) / 20;

const plan = (choice: Choice, source: Source = training): TrialPlan => ({
  model: head(choice),
  ...{ task, training: source, validation },
  settings: { ...settings, learningRate: choice.learningRate },
  error: async (model) => errorOf(await predict(model, validation, 16)),
});

const folder = sharedFolder();
let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** Searches, and checks that no tensor stays. */
async function searchHeads(change: Partial<SearchOptions<Choice>> = {}): Promise<Trial<Choice>[]> {
  const before = tf.memory().numTensors;
  try {
    return await search({ choices, plan, rungs: [1, 3, 6], reduction: 3, ...change });
  } finally {
    expect(tf.memory().numTensors).toBe(before);
  }
}
let whole: Promise<Trial<Choice>[]> | undefined;
/** The search that is not interrupted, done once. */
const wholeSearch = (): Promise<Trial<Choice>[]> => {
  whole ??= searchHeads();
  return whole;
};
const figures = (epochs: readonly EpochRecord[]) => epochs.map(({ seconds: _, ...rest }) => rest);
const plain = (trials: Trial<Choice>[]) =>
  trials.map(({ seconds: _, epochs, ...trial }) => ({ ...trial, epochs: figures(epochs) }));

describe('a search', () => {
  it('lets the best third go on after each rung, and gives the best first', async () => {
    const trials = await wholeSearch();
    expect(trials.map(({ errors }) => errors.length)).toEqual([3, 2, 2, 1, 1, 1, 1, 1, 1]);
    expect(trials.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const at = (rung: number, list: Trial<Choice>[]) => list.map(({ errors }) => errors[rung]!);
    // The three that went on had smaller errors than the six that did not, and so again.
    expect(Math.max(...at(0, trials.slice(0, 3)))).toBeLessThanOrEqual(Math.min(...at(0, trials.slice(3))));
    expect(trials[0]!.errors[1]).toBeLessThanOrEqual(Math.min(...at(1, trials.slice(1, 3))));
    for (const group of [trials.slice(1, 3), trials.slice(3)]) {
      const last = group.map(({ errors }) => errors.at(-1)!);
      expect(last).toEqual([...last].sort((a, b) => a - b));
    }
    expect(JSON.parse(JSON.stringify(trials))).toEqual(trials);
  });

  it('trains each model on from its own weights, to the very figures of one training', async () => {
    const [best] = await wholeSearch();
    const model = head(best!.choice);
    const history = await train({
      ...{ model, task, training, validation },
      settings: { ...settings, epochs: 6, patience: 6, learningRate: best!.choice.learningRate },
    });
    expect(figures(best!.epochs)).toEqual(figures(history.epochs));
    expect(best!.errors.at(-1)).toBe(errorOf(await predict(model, validation, 16))); // of its best epoch
    model.dispose();
  });

  it('is the same again, and counts every rung that a trial reaches', async () => {
    const reached: number[][] = [];
    const onTrial = (_trial: unknown, rung: number, done: number, total: number) =>
      reached.push([rung, done, total]);
    expect(plain(await searchHeads({ onTrial }))).toEqual(plain(await wholeSearch()));
    expect(reached.map(([rung]) => rung)).toEqual([...Array(9).fill(0), ...Array(3).fill(1), 2]);
    expect(reached.map(([, done, total]) => [done, total])).toEqual(
      Array.from({ length: 13 }, (_, i) => [i + 1, 13]),
    );
  });

  it('takes a trial whose loss or error is no number for a failure, and goes on without it', async () => {
    const broken = [choices[0]!, { filters: 4, learningRate: 1e30 }, { filters: 5, learningRate: 1e-3 }];
    const trials = await searchHeads({
      choices: broken,
      rungs: [1, 2],
      reduction: 2,
      plan: (choice) => ({
        ...plan(choice),
        error: async (model) =>
          choice.filters === 5 ? Number.NaN : errorOf(await predict(model, validation, 16)),
      }),
    });
    expect(trials.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(trials[0]!.errors).toHaveLength(2);
    expect(trials[1]).toMatchObject({ errors: [] });
    expect(trials[1]!.failure).toContain('lower the learning rate');
    expect(trials[2]!.failure).toContain('NaN');
  });

  it('goes on from its checkpoint after an interrupt, and ends as it would have ended', async () => {
    const checkpoint = { file: path.join(folder, 'search.bin'), data: 'these', everySeconds: 1e6 };
    const uninterrupted = await wholeSearch();
    const controller = new AbortController();
    let reached = 0;
    const onTrial = () => {
      reached += 1;
      if (reached === 10) controller.abort(); // the first of the second rung
    };
    const cut = searchHeads({
      checkpoint,
      onTrial,
      signal: controller.signal,
    });
    await expect(cut).rejects.toEqual(withCode('INTERRUPTED'));
    expect(existsSync(checkpoint.file)).toBe(true);

    const done: number[] = [];
    const resumed = await searchHeads({ checkpoint, onTrial: (_trial, _rung, number) => done.push(number) });
    expect(done).toEqual([11, 12, 13]);
    expect(plain(resumed)).toEqual(plain(uninterrupted));
    expect(existsSync(checkpoint.file)).toBe(false);
  });

  it('begins anew where the checkpoint is of other choices or data, and refuses a damaged one', async () => {
    const file = path.join(folder, 'other.bin');
    const checkpoint = { file, data: 'these', everySeconds: 0 };
    const controller = new AbortController();
    const cut = searchHeads({ checkpoint, onTrial: () => controller.abort(), signal: controller.signal });
    await expect(cut).rejects.toEqual(withCode('INTERRUPTED'));
    const bytes = readFileSync(file);
    const changes: Partial<SearchOptions<Choice>>[] = [
      { checkpoint: { ...checkpoint, data: 'those' } },
      { checkpoint, choices: choices.slice(1) },
    ];
    for (const change of changes) {
      writeFileSync(file, bytes);
      const done: number[] = [];
      const begun = new AbortController();
      const onTrial = (_trial: unknown, _rung: number, number: number) => {
        done.push(number);
        begun.abort();
      };
      const anew = searchHeads({ ...change, rungs: [1], onTrial, signal: begun.signal });
      await expect(anew).rejects.toEqual(withCode('INTERRUPTED'));
      expect(done).toEqual([1]);
    }
    writeFileSync(file, bytes.subarray(0, bytes.length - 9));
    await expect(searchHeads({ checkpoint })).rejects.toEqual(withCode('BROKEN_STAGE'));
  });

  it('does not take rows that do not fit for a failed trial', async () => {
    const misfit = { ...training, shape: [3, 3, 4] as const };
    const run = searchHeads({ plan: (choice) => plan(choice, misfit) });
    await expect(run).rejects.toEqual(withCode('BAD_INPUT'));
  });

  it('begins so many trials towards each rung: the share that is kept, never below one', async () => {
    const sizes = async (count: number, rungs: number[], reduction: number) => {
      const reached: number[] = [];
      await searchHeads({
        ...{ choices: Array(count).fill(choices[0]), rungs, reduction },
        onTrial: (_trial, rung) => {
          reached[rung] = (reached[rung] ?? 0) + 1;
        },
      });
      return reached;
    };
    expect(await sizes(8, [1, 2, 3], 2)).toEqual([8, 4, 2]);
    expect(await sizes(2, [1, 2, 3], 2)).toEqual([2, 1, 1]);
  });
});
