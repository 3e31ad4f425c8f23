import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildHead } from '../../lib/networks/head';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { predictHead } from '../../lib/training/prediction';
import { rungSizes, type SearchOptions, type SearchSettings, searchHeads } from '../../lib/training/search';
import { drawChoice, type HeadChoice, type SearchSpace, searchSpace } from '../../lib/training/searchSpace';
import type { SearchTarget, Trial } from '../../lib/training/searchTrial';
import { type EpochRecord, trainHead } from '../../lib/training/training';
import { withCode } from '../data/close';
import { temporaryFolder } from '../networks/weightFiles';
import { learnable, shape } from './learnable';

const training = learnable(60, 'training');
const validation = learnable(20, 'validation');
/** Mean absolute error of the predictions times `unit`, in units of the targets. */
const errorOf =
  (unit = 1) =>
  (predicted: Float32Array): number =>
    predicted.reduce((sum, value, i) => sum + Math.abs(value * unit - validation.targets[i]!), 0) / 20;
const target: SearchTarget = { name: 'plain', training, validation, error: errorOf() };
const space: SearchSpace = { ...searchSpace, filters: [4, 8], units: [[8, 6]], learningRate: [1e-3, 3e-2] };
const settings: SearchSettings = { trials: 9, seed: 2, rungs: [1, 3, 6], reduction: 3, batchSize: 16, space };

const folder = temporaryFolder();
let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** Searches, and checks that no tensor stays. */
async function search(change: Partial<SearchOptions> = {}): Promise<Trial[]> {
  const before = tf.memory().numTensors;
  try {
    return await searchHeads({ shape, targets: [target], settings, ...change });
  } finally {
    expect(tf.memory().numTensors).toBe(before);
  }
}
const figures = (epochs: readonly EpochRecord[]) => epochs.map(({ seconds: _, ...rest }) => rest);

describe('a search', () => {
  it('lets the best third go on after each rung, and gives the best first', async () => {
    const trials = await search();
    expect(trials.map(({ errors }) => errors.length)).toEqual([3, 2, 2, 1, 1, 1, 1, 1, 1]);
    expect(trials.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const at = (rung: number, list: Trial[]) => list.map(({ errors }) => errors[rung]!);
    // The three that went on had smaller errors than the six that did not, and so again.
    expect(Math.max(...at(0, trials.slice(0, 3)))).toBeLessThanOrEqual(Math.min(...at(0, trials.slice(3))));
    expect(trials[0]!.errors[1]).toBeLessThanOrEqual(Math.min(...at(1, trials.slice(1, 3))));
    for (const group of [trials.slice(1, 3), trials.slice(3)]) {
      const last = group.map(({ errors }) => errors.at(-1)!);
      expect(last).toEqual([...last].sort((a, b) => a - b));
    }
    expect(JSON.parse(JSON.stringify(trials))).toEqual(trials);
  });

  it('trains each head on from its own weights, to the very figures of one training', async () => {
    const [best] = await search();
    const { target: _, learningRate, ...head } = best!.choice;
    const model = buildHead(shape, { ...head, seed: settings.seed });
    const history = await trainHead({
      model,
      features: training,
      validation,
      settings: { epochs: 6, patience: 6, batchSize: 16, learningRate, seed: settings.seed },
    });
    expect(figures(best!.epochs)).toEqual(figures(history.epochs));
    expect(best!.errors.at(-1)).toBe(errorOf()(predictHead(model, validation, 16))); // of its best epoch
    model.dispose();
  });

  it('is the same for the same seed, and begins a longer one', async () => {
    const plain = (trials: Trial[]) =>
      trials.map(({ seconds: _, epochs, ...rest }) => ({ ...rest, epochs: figures(epochs) }));
    expect(plain(await search())).toEqual(plain(await search()));
    const longer = await search({ settings: { ...settings, trials: 10, rungs: [1] } });
    const shorter = await search({ settings: { ...settings, rungs: [1] } });
    expect(plain(longer.filter(({ number }) => number < 10).sort((a, b) => a.number - b.number))).toEqual(
      plain(shorter.sort((a, b) => a.number - b.number)),
    );
  });

  it('compares targets by the error that each says it has', async () => {
    // Half of the target is as easily learnt; read as it is, its predictions are always off.
    const half = {
      name: 'half',
      training: { ...training, targets: training.targets.map((t) => t / 2) },
      validation: { ...validation, targets: validation.targets.map((t) => t / 2) },
    };
    const wrong = await search({ targets: [target, { ...half, error: () => 1000 + Math.random() }] });
    const survivors = wrong.filter(({ errors }) => errors.length > 1);
    expect(wrong.some(({ choice }) => choice.target === 'half')).toBe(true);
    expect(survivors.every(({ choice }) => choice.target === 'plain')).toBe(true);
    const right = await search({ targets: [{ ...half, error: errorOf(2) }] });
    expect(right[0]!.errors.at(-1)).toBeLessThan(1);
  });

  it('tries what it is given before it draws, and tells of every rung', async () => {
    const choice: HeadChoice = {
      target: 'plain',
      filters: 5,
      units: [7, 3],
      dropout1: 0.1,
      dropout2: 0,
      l2: 0.001,
      learningRate: 0.01,
    };
    const told: [number, number, number, number][] = [];
    const trials = await search({
      settings: { ...settings, given: [choice] },
      onTrial: ({ number }, rung, done, total) => told.push([number, rung, done, total]),
    });
    expect(trials.find(({ number }) => number === 1)!.choice).toEqual(choice);
    expect(told.map(([, , done, total]) => [done, total])).toEqual(
      Array.from({ length: 13 }, (_, i) => [i + 1, 13]),
    );
    expect(told.map(([, rung]) => rung)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2]);
    expect(told.at(-1)![0]).toBe(trials[0]!.number);
  });

  it('goes on when a head cannot be trained, and says why', async () => {
    const choice: HeadChoice = { ...drawChoice(space, ['plain'], 1, 1), learningRate: 1e30 };
    const trials = await search({ settings: { ...settings, trials: 3, rungs: [2, 4], given: [choice] } });
    const failed = trials.find(({ number }) => number === 1)!;
    expect(failed).toMatchObject({ errors: [], failure: expect.stringContaining('lower the learning rate') });
    expect(trials.at(-1)).toBe(failed);
    expect(trials[0]!.errors).toHaveLength(2);
    const [only] = await search({ settings: { ...settings, trials: 1, given: [choice] } });
    expect(only!.failure).not.toBeNull();
  });

  it('stops when it is interrupted', async () => {
    const controller = new AbortController();
    let trials = 0;
    const onTrial = () => {
      trials += 1;
      if (trials === 2) controller.abort();
    };
    await expect(search({ onTrial, signal: controller.signal })).rejects.toEqual(withCode('INTERRUPTED'));
    expect(trials).toBe(2);
  });

  it('goes on from its last rung after an interruption, and ends as it would have ended', async () => {
    const whole = await search();
    const checkpoint = { file: path.join(folder, 'search.bin'), data: 'these', everySeconds: 3600 };
    const controller = new AbortController();
    let reached = 0;
    const onTrial = () => {
      reached += 1;
      if (reached === 10) controller.abort(); // the first of the second rung
    };
    const cut = search({ checkpoint, onTrial, signal: controller.signal });
    await expect(cut).rejects.toEqual(withCode('INTERRUPTED'));
    expect(existsSync(checkpoint.file)).toBe(true);

    const told: number[] = [];
    const resumed = await search({ checkpoint, onTrial: (_trial, _rung, done) => told.push(done) });
    expect(told).toEqual([11, 12, 13]);
    const compared = (trials: Trial[]) =>
      trials.map(({ seconds: _, epochs, ...trial }) => ({ ...trial, epochs: figures(epochs) }));
    expect(compared(resumed)).toEqual(compared(whole));
    expect(existsSync(checkpoint.file)).toBe(false);
  });

  it('begins anew where the checkpoint is of other settings or data', async () => {
    const file = path.join(folder, 'other.bin');
    const checkpoint = { file, data: 'these', everySeconds: 0 };
    const controller = new AbortController();
    const cut = search({ checkpoint, onTrial: () => controller.abort(), signal: controller.signal });
    await expect(cut).rejects.toEqual(withCode('INTERRUPTED'));
    const bytes = readFileSync(file);
    const changes: Partial<SearchOptions>[] = [
      { checkpoint: { ...checkpoint, data: 'those' } },
      { checkpoint, settings: { ...settings, seed: 3 } },
    ];
    for (const change of changes) {
      writeFileSync(file, bytes);
      const told: number[] = [];
      await search({ ...change, onTrial: (_trial, _rung, done) => told.push(done) });
      expect(told[0]).toBe(1);
    }
    writeFileSync(file, bytes.subarray(0, bytes.length - 9));
    await expect(search({ checkpoint })).rejects.toEqual(withCode('BROKEN_STAGE'));
  });

  const refused: [string, Partial<SearchSettings>, SearchTarget[]?][] = [
    ['no trials', { trials: 0 }],
    ['rungs that do not rise', { rungs: [2, 2] }],
    ['no rungs', { rungs: [] }],
    ['a reduction by 1', { reduction: 1 }],
    ['an unknown target', { given: [drawChoice(space, ['other'], 1, 1)] }],
    ['no targets', {}, []],
    ['two targets of one name', {}, [target, target]],
    ['an empty list of widths', { space: { ...space, filters: [] } }],
    ['a range the wrong way round', { space: { ...space, l2: [1, 0.1] } }],
    ['a rate of 0, which has no logarithm', { space: { ...space, learningRate: [0, 1] } }],
    ['a dropout of everything', { space: { ...space, dropout1: [0, 1] } }],
  ];
  it.each(refused)('refuses %s', async (_, change, targets = [target]) => {
    const asked = search({ targets, settings: { ...settings, ...change } });
    await expect(asked).rejects.toEqual(withCode('BAD_INPUT'));
  });

  it('refuses features that do not fit, and does not take that for a failed head', async () => {
    const few = { ...target, training: { ...training, targets: new Float32Array(3) } };
    await expect(search({ targets: [few] })).rejects.toEqual(withCode('BAD_INPUT'));
  });
});

describe('the sizes of the rungs', () => {
  it('are those of successive halving, never below one', () => {
    expect(rungSizes({ trials: 24, rungs: [2, 6, 15], reduction: 3 })).toEqual([24, 8, 2]);
    expect(rungSizes({ trials: 81, rungs: [1, 3, 9, 27, 81], reduction: 3 })).toEqual([81, 27, 9, 3, 1]);
    expect(rungSizes({ trials: 2, rungs: [1, 2, 3], reduction: 2 })).toEqual([2, 1, 1]);
  });
});

describe('a drawn choice', () => {
  it('lies in the space', () => {
    const { dropout1, dropout2, l2, learningRate, filters, units } = searchSpace;
    const within = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high;
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1000 }), (seed, trial) => {
        const choice = drawChoice(searchSpace, ['a', 'b'], seed, trial);
        return (
          within(choice.dropout1, dropout1) &&
          within(choice.dropout2, dropout2) &&
          within(choice.l2, l2) &&
          within(choice.learningRate, learningRate) &&
          filters.includes(choice.filters) &&
          units.includes(choice.units) &&
          ['a', 'b'].includes(choice.target)
        );
      }),
    );
  });

  it('has a rate that is uniform in its logarithm: each tenfold is as likely', () => {
    const rates = Array.from(
      { length: 2000 },
      (_, i) => drawChoice(searchSpace, ['a'], 1, i + 1).learningRate,
    );
    const below = rates.filter((rate) => rate < 1e-3).length / rates.length;
    expect(Math.abs(below - 0.5)).toBeLessThan(0.04); // half of [1e-4, 1e-2]; 3.5 standard deviations
  });
});
