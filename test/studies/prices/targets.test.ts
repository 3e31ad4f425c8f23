import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../../lib/core/stage';
import { calibrate } from '../../../lib/metrics/conformal';
import type { Evaluation } from '../../../lib/metrics/regression';
import { predictRows, trainTarget } from '../../../lib/studies/prices/headStage';
import { perGame } from '../../../lib/studies/prices/perGame';
import { type PreparedData, prepareData, truePrices } from '../../../lib/studies/prices/preparedData';
import { loadModel, modelFolder, trainModel } from '../../../lib/studies/prices/savedModel';
import type { Config, Run } from '../../../lib/studies/prices/settings';
import { type TargetKind, targetKinds } from '../../../lib/studies/prices/target';
import { chooseTarget, compareTargets, type TargetResult } from '../../../lib/studies/prices/targets';
import { cents } from '../../../lib/studies/prices/units';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { largestDifference } from '../../networks/weightFiles';
import { tinyData } from './tinyData';

/** A result whose error per game is larger than the first one's by `gap` cents. */
const result = (
  kind: TargetKind,
  mae: number,
  gap: readonly [low: number, estimate: number, high: number] | null = null,
): TargetResult => ({
  kind,
  rule: null,
  epochs: 1,
  bestEpoch: 1,
  evaluation: { mae, count: 48 } as Evaluation, // all that is looked at
  gap: gap && { low: gap[0], estimate: gap[1], high: gap[2], confidence: 0.95, resamples: 2000 },
});

describe('choosing a target', () => {
  it('stays with the first while no other is better by more than chance, and says so with every figure', () => {
    const { chosen, why, games } = chooseTarget('auto', [
      result('log1p', 512),
      result('standardized', 620.4, [40, 108.4, 190]),
      result('hurdle', 498.6, [-60, -13.4, 20]),
    ]);
    expect([chosen, games]).toEqual(['log1p', 48]);
    expect(why).toBe(
      'The target is log1p, as on 48 validation games none does better by more than chance: a mean absolute error of €5.12, against ' +
        '€6.20 with standardized (€1.08 more, 95% interval €0.40 to €1.90) and €4.99 with hurdle (€0.13 less, 95% interval −€0.60 to €0.20).',
    );
  });

  it('takes the best of those that are better by more than chance', () => {
    const { chosen, why } = chooseTarget('auto', [
      result('log1p', 512),
      result('standardized', 400, [-200, -112, -1]),
      result('hurdle', 390, [-250, -122, -10]),
    ]);
    expect(chosen).toBe('hurdle');
    expect(why).toMatch(
      /^The target is hurdle, which on 48 validation games does better than log1p by more than chance/,
    );
    const uncertain = [
      result('log1p', 512),
      result('standardized', 400, [-200, -112, -1]),
      result('hurdle', 390, [-250, -122, 10]),
    ];
    expect(chooseTarget('auto', uncertain).chosen).toBe('standardized');
  });

  it('stays with the first where there are too few games to tell', () => {
    const few = [result('log1p', 512), result('hurdle', 390, [-250, -122, -10])].map((one) => ({
      ...one,
      evaluation: { ...one.evaluation, count: 9 },
    }));
    expect(chooseTarget('auto', few).chosen).toBe('log1p');
  });

  it('takes the one that the setting names', () => {
    const { chosen, why } = chooseTarget('hurdle', [result('hurdle', 700)]);
    expect(chosen).toBe('hurdle');
    expect(why).toContain('REPORT_TARGET asks for hurdle');
  });
});

const tiny = tinyData();
let tf: TensorFlow;
let run: Run;
let prepared: PreparedData;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  run = tiny.run({ epochs: 2 });
  prepared = await prepareData(run);
});
afterAll(() => prepared.close());

const withTarget = (target: Config['target']): Run => ({ ...run, config: { ...run.config, target } });

describe('comparing targets', () => {
  it('trains each once, follows them in turn, and judges them on validation games alone', async () => {
    const before = tf.memory().numTensors;
    const told: string[] = [];
    const watch = (kind: TargetKind) => ({
      epoch: ({ epoch }: { epoch: number }, most: number) => told.push(`${kind} ${epoch}/${most}`),
      done: (note?: string) => told.push(`${kind} ${note ? 'was there' : 'done'}`),
    });
    const first = await compareTargets(run, prepared, watch);
    expect(told).toEqual(targetKinds.flatMap((kind) => [`${kind} 1/2`, `${kind} 2/2`, `${kind} done`]));
    told.length = 0;
    const second = await compareTargets(run, prepared, watch);
    expect(told).toEqual(targetKinds.map((kind) => `${kind} was there`));
    expect([first.reused, second.reused, second.value]).toEqual([false, true, first.value]);
    const { results, games, setting } = first.value;
    expect(setting).toBe('auto');
    expect(games).toBe(prepared.selection.split.validation.length);
    expect(results.map(({ kind }) => kind)).toEqual([...targetKinds]);
    expect(results.map(({ rule }) => rule !== null)).toEqual([false, false, true]);
    expect(new Set(results.map(({ evaluation }) => evaluation.mae)).size).toBe(3);
    for (const { gap, evaluation } of results) {
      const difference = evaluation.mae - results[0]!.evaluation.mae; // three results
      expect(gap?.estimate ?? 0).toBeCloseTo(difference, 6); // two sums of a few numbers up to 1e4
      if (gap) expect(gap.high).toBeGreaterThanOrEqual(gap.low);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('does not look at the prices of test games', async () => {
    const test = new Set(prepared.selection.split.test);
    const kept = prepared.selection.kept.map((game) =>
      test.has(game.id) ? { ...game, price: cents(run.config.maxPrice) } : game,
    );
    const dearer = {
      ...prepared,
      selection: { ...prepared.selection, kept },
    };
    const other = { ...run, config: { ...run.config, work: `${tiny.root}/dearer` } };
    const { value } = await compareTargets(other, dearer);
    expect(value).toEqual((await compareTargets(run, prepared)).value);
  });
});

describe("the report's model", () => {
  it('is the head of the chosen target, with calibration, base and choice beside it and in its manifest', async () => {
    const before = tf.memory().numTensors;
    const { value: comparison } = await compareTargets(run, prepared);
    const trained = await trainModel(run, prepared);
    const head = await trainTarget(run, prepared, comparison.chosen);
    const weights = head.value.model.getWeights();
    trained.value.model.getWeights().forEach((weight, i) => {
      expect(largestDifference(weight.dataSync(), weights[i]!.dataSync())).toBe(0);
    });
    const { scaler, base, background, calibration } = trained.value;
    expect(scaler).toEqual(head.value.scaler);
    expect(trained.value.comparison).toEqual(comparison);
    const { sha256, alpha, name } = prepared.weights;
    expect(base).toEqual({
      name,
      source: 'own',
      sha256,
      alpha,
      imageSize: 64,
      file: null,
      fineTuned: false,
      seed: 42,
    });
    expect(background).toBe('#000000');
    const rows = predictRows(run, prepared, head.value, ({ part }) => part === 'validation');
    const games = perGame(rows, truePrices(prepared.selection), scaler);
    expect(calibration).toEqual(calibrate(games, 0.9, 'apart'));
    expect(readManifest(modelFolder(run))?.inputs.target).toEqual({
      setting: 'auto',
      chosen: comparison.chosen,
      games: comparison.games,
      mae: Object.fromEntries(comparison.results.map(({ kind, evaluation }) => [kind, evaluation.mae])),
    });
    head.value.model.dispose();
    trained.value.model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(targetKinds)('is the one that the setting names: %s', async (kind) => {
    const trained = await trainModel(withTarget(kind), prepared);
    expect(trained.value.scaler.kind).toBe(kind);
    expect(trained.value.comparison.results.map((one) => one.kind)).toEqual([kind]);
    expect(trained.value.model.outputShape).toEqual([null, kind === 'hurdle' ? 2 : 1]);
    trained.value.model.dispose();
  });

  it('can be read again without the data it was trained on', async () => {
    const trained = await trainModel(run, prepared);
    const found = await loadModel(modelFolder(run));
    const { model: _, ...kept } = found;
    const { model: __, ...given } = trained.value;
    expect(kept).toEqual(given);
    found.model.dispose();
    trained.value.model.dispose();
  });
});
