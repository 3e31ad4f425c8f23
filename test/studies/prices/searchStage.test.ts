import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PreparedData, prepareData } from '../../../lib/studies/prices/preparedData';
import { currentChoices, drawChoice, planTrial, searchModel } from '../../../lib/studies/prices/searchStage';
import type { Run } from '../../../lib/studies/prices/settings';
import { loadTensorFlow } from '../../../lib/tensorflow/backend';
import { openTraining } from '../../../lib/training/trainingLoop';
import { tinyData, watched } from './tinyData';

const tiny = tinyData();
const plan = { trials: 4, rungs: [1, 2], reduction: 2 };
let run: Run;
let prepared: PreparedData;
beforeAll(async () => {
  await loadTensorFlow();
  run = tiny.run({ batchSize: 16, target: 'standardized' });
  prepared = await prepareData(run);
});
afterAll(() => prepared.close());

describe('a drawn choice', () => {
  it('depends on the seed and its number only, and has a rate that is uniform in its logarithm', () => {
    expect(drawChoice(1, 7)).toEqual(drawChoice(1, 7));
    expect(drawChoice(1, 7)).not.toEqual(drawChoice(2, 7));
    const rates = Array.from({ length: 2000 }, (_, i) => drawChoice(1, i + 1).learningRate);
    expect(rates.every((rate) => rate >= 1e-4 && rate <= 1e-2)).toBe(true);
    const below = rates.filter((rate) => rate < 1e-3).length / rates.length;
    expect(Math.abs(below - 0.5)).toBeLessThan(0.04); // half of [1e-4, 1e-2]; 3.5 standard deviations
  });
});

describe('searching for a head', () => {
  it('begins with the settings of the run, and leaves its trials in search.json', async () => {
    const seen = watched(run);
    const found = await searchModel(seen.run, prepared, plan);
    expect(seen.counts('Heads trained to a rung')).toEqual(['1/6', '2/6', '3/6', '4/6', '5/6', '6/6']);
    const { folder, ...result } = found;
    const { trials } = found;
    expect(trials).toHaveLength(4);
    const own = trials.find(({ number }) => number === 1)!;
    expect(own.choice).toEqual(currentChoices(run)[0]);
    expect(own.choice).toMatchObject({
      target: run.config.target,
      l2: run.config.l2,
      dropout1: run.config.dropout1,
    });
    expect(JSON.parse(readFileSync(path.join(folder, 'search.json'), 'utf8'))).toEqual(result);

    // The first epoch of that trial is that of the report's own head with these settings.
    const { error, ...planned } = planTrial(run, prepared, own.choice);
    const training = openTraining({ ...planned, settings: { ...planned.settings, epochs: 1, patience: 1 } });
    await training.run(1);
    training.finish();
    expect(own.errors[0]).toBe(await error(planned.model));
    training.dispose();
    planned.model.dispose();
  });

  it('is done once', async () => {
    const seen = watched(run);
    const again = await searchModel(seen.run, prepared, plan);
    expect(again.trials).toHaveLength(4);
    expect(seen.labels).toEqual([]);
    const other = { ...run, config: { ...run.config, l2: 0.5 } };
    expect(
      currentChoices({ ...run, config: { ...run.config, target: 'auto' } }).map(({ target }) => target),
    ).toEqual(['log1p', 'standardized', 'hurdle']);
    const changed = await searchModel(other, prepared, { ...plan, trials: 1, rungs: [1] });
    expect(changed.trials).toHaveLength(1);
  });
});
