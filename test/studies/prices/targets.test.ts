import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../../lib/core/stage';
import { calibrate } from '../../../lib/metrics/conformal';
import type { Evaluation } from '../../../lib/metrics/regression';
import { perGame } from '../../../lib/studies/prices/perGame';
import { predictRows } from '../../../lib/studies/prices/predictions';
import { type PreparedData, prepareData, truePrices } from '../../../lib/studies/prices/preparedData';
import { loadPriceModel, trainedPriceModel } from '../../../lib/studies/prices/priceModel';
import { modelFolder, type ReportModel, trainReportModel } from '../../../lib/studies/prices/reportModel';
import type { Config, Run } from '../../../lib/studies/prices/settings';
import { type TargetKind, targetKinds } from '../../../lib/studies/prices/target';
import { chooseTarget, compareTargets, type TargetResult } from '../../../lib/studies/prices/targets';
import { cents } from '../../../lib/studies/prices/units';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { largestDifference } from '../../networks/weightFiles';
import { tinyData, watched } from './tinyData';

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
      'No target does better than log1p by more than chance on 48 validation games: a mean absolute error of €5.12, against ' +
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
      /^The target hurdle does better than log1p by more than chance on 48 validation games/,
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
    expect(why).toContain('The target is hurdle, as REPORT_TARGET says');
  });
});

const tiny = tinyData();
let tf: TensorFlow;
let run: Run;
let prepared: PreparedData;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  run = tiny.run({ epochs: 2, target: 'auto' });
  prepared = await prepareData(run);
});
afterAll(() => prepared.close());

const withTarget = (target: Config['target']): Run => ({ ...run, config: { ...run.config, target } });

describe('comparing targets', () => {
  it('trains each once, follows them in turn, and judges them on validation games alone', async () => {
    const before = tf.memory().numTensors;
    const seen = watched(run);
    const first = await compareTargets(seen.run, prepared);
    expect(await compareTargets(seen.run, prepared)).toEqual(first);
    expect(seen.labels).toEqual(targetKinds.flatMap((kind) => Array(2).fill(`Training, target ${kind}`)));
    const { results, games, setting } = first;
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
    expect(await compareTargets(other, dearer)).toEqual(await compareTargets(run, prepared));
  });
});

describe("the report's model", () => {
  it('is the head of the chosen target, with calibration, base and choice beside it and in its manifest', async () => {
    const before = tf.memory().numTensors;
    const comparison = await compareTargets(run, prepared);
    const trained = await trainReportModel(run, prepared);
    const head = await trainedPriceModel(run, prepared, comparison.chosen);
    const weights = head.layers.getWeights();
    trained.layers.getWeights().forEach((weight, i) => {
      expect(largestDifference(weight.dataSync(), weights[i]!.dataSync())).toBe(0);
    });
    const { scaler, base, background, calibration } = trained;
    expect(scaler).toEqual(head.scaler);
    expect(trained.comparison).toEqual(comparison);
    const { architecture, sha256, name } = prepared.weights;
    expect(base).toEqual({
      architecture,
      name,
      source: 'own',
      sha256,
      backbone: 'mobilenetv2',
      alpha: 0.35,
      imageSize: 64,
      file: null,
      fineTuned: false,
      seed: 42,
    });
    expect(background).toBe('#000000');
    const rows = await predictRows(run, prepared, head, ({ part }) => part === 'validation');
    const games = perGame(rows, truePrices(prepared.selection), scaler);
    expect(calibration).toEqual(calibrate(games, 0.9));
    expect(readManifest(modelFolder(run))?.inputs.target).toEqual({
      setting: 'auto',
      chosen: comparison.chosen,
      games: comparison.games,
      mae: Object.fromEntries(comparison.results.map(({ kind, evaluation }) => [kind, evaluation.mae])),
    });
    head.dispose();
    trained.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(targetKinds)('is the one that the setting names: %s', async (kind) => {
    const trained = await trainReportModel(withTarget(kind), prepared);
    expect(trained.scaler.kind).toBe(kind);
    expect(trained.comparison.results.map((one) => one.kind)).toEqual([kind]);
    expect(trained.layers.outputShape).toEqual([null, kind === 'hurdle' ? 2 : 1]);
    trained.dispose();
  });

  it('can be read again without the data it was trained on', async () => {
    const trained = await trainReportModel(run, prepared);
    const found = await loadPriceModel<ReportModel>(modelFolder(run));
    const { layers: _, dispose, task, ...saved } = found;
    expect(trained).toMatchObject(saved);
    expect([task.name, task.settings]).toEqual([trained.task.name, trained.task.settings]);
    dispose();
    trained.dispose();
  });
});
