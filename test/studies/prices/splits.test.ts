import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../../lib/studies/prices/judgement';
import { predictRows } from '../../../lib/studies/prices/predictions';
import { prepareData, trainingPrices } from '../../../lib/studies/prices/preparedData';
import { modelFolder, trainReportModel } from '../../../lib/studies/prices/reportModel';
import type { Run } from '../../../lib/studies/prices/settings';
import { judgeSplits, overSplits, type SplitResult } from '../../../lib/studies/prices/splits';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { expectClose } from '../../data/close';
import { r2Log } from '../../metrics/r2Log';
import { tinyData } from './tinyData';

const tiny = tinyData();
let tf: TensorFlow;
let run: Run;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  run = tiny.run({ epochs: 2, target: 'log1p' });
});

describe('judging several splits', () => {
  it('has the figures of a run with each seed, and leaves the model of the report alone', async () => {
    const before = tf.memory().numTensors;
    const told: number[] = [];
    const results = await judgeSplits(run, [3, 4], ({ seed }) => told.push(seed));
    expect(told).toEqual([3, 4]);
    expect(results[0]!.model).not.toEqual(results[1]!.model);
    expect(existsSync(modelFolder(run))).toBe(false);

    const alone: Run = { ...run, config: { ...run.config, seed: 4, work: path.join(tiny.root, 'alone') } };
    const prepared = await prepareData(alone);
    const trained = await trainReportModel(alone, prepared);
    const test = await predictRows(alone, prepared, trained, ({ part }) => part === 'test');
    const { game, games, baselines } = judge(test, trainingPrices(prepared.selection), trained.scaler);
    expect(results[1]).toMatchObject({ seed: 4, games: games.length, target: 'log1p' });
    const median = baselines.find(({ name }) => name === 'median')!;
    expectClose(
      [results[1]!.model.r2Log, results[1]!.model.relativeError],
      [
        r2Log(
          games.map(({ truth }) => truth),
          games.map(({ predicted }) => predicted),
        ),
        game.mae / median.evaluation.mae,
      ],
    );
    trained.dispose();
    prepared.close();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a figure over splits', () => {
  const score = { r2Log: 0, relativeError: 1, spread: 0 };
  const split = (r2: number): SplitResult => ({
    seed: 1,
    games: 10,
    target: 'log1p',
    model: { ...score, r2Log: r2 },
    ridge: score,
  });

  it('has the mean, the sample deviation and the standard error of the splits', () => {
    const found = overSplits([0.1, 0.4, 0.3, 0.4].map(split), ({ model }) => model.r2Log);
    // numpy: np.mean, np.std(ddof=1), and that over the root of 4
    expectClose([found.mean, found.deviation, found.error], [0.3, 0.14142135623730953, 0.07071067811865477]);
  });

  it('has no deviation for a single one', () => {
    const found = overSplits([split(0.5)], ({ model }) => model.r2Log);
    expect(found).toEqual({ mean: 0.5, deviation: 0, error: 0 });
  });
});
