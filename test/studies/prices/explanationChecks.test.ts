import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../lib/core/files';
import { quietRun } from '../../../lib/core/run';
import type { StageResult } from '../../../lib/core/stage';
import { type MapMethod, mapMethod, modelScores, withModel } from '../../../lib/explain/baseAndHead';
import type { ExplanationChecks } from '../../../lib/explain/checks';
import { edgeMap, randomMap } from '../../../lib/explain/controls';
import type { HeatMap } from '../../../lib/explain/heatMap';
import { modelWeights } from '../../../lib/networks/modelWeights';
import { explainedScore } from '../../../lib/studies/prices/explainStage';
import {
  checkExplanations,
  checkedPictures,
  shufflePrices,
} from '../../../lib/studies/prices/explanationChecks';
import { predictRows } from '../../../lib/studies/prices/predictions';
import { type PreparedData, prepareData } from '../../../lib/studies/prices/preparedData';
import { trainedPriceModel } from '../../../lib/studies/prices/priceModel';
import { makeSample } from '../../../lib/studies/prices/sample/sample';
import { defaults, type Run } from '../../../lib/studies/prices/settings';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { withCode } from '../../data/close';
import { largestDifference } from '../../networks/weightFiles';
import { sharedFolder } from '../../temporary';
import { withoutNetwork } from './tinyData';

const root = sharedFolder();
const folder = path.join(root, 'games');
withoutNetwork(root);
const size = 64;

let tf: TensorFlow;
let run: Run;
let prepared: PreparedData;
let trained: Awaited<ReturnType<typeof trainedPriceModel>>;

beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  await makeSample(folder, { games: 16, seed: 1 });
  run = quietRun({ ...defaults(root), data: folder, imageSize: size, outlierRule: 'fixed', epochs: 2 });
  prepared = await prepareData(run);
  trained = await trainedPriceModel(run, prepared, 'log1p');
});
afterAll(() => {
  trained.dispose();
  prepared.close();
});

/** A planted method that looks at the pictures only. */
const edges: MapMethod = (_, pictures) =>
  pictures.map(({ pixels }) =>
    edgeMap({ pixels, size, box: { left: 0, top: 0, width: size, height: size } }),
  );

/** A planted method whose maps are another noise for other weights of base and head. */
const weighing: MapMethod = ({ head, base }, pictures) => {
  const weights = [
    ...modelWeights(head),
    ...base.getWeights().map((weight) => ({ data: weight.dataSync<'float32'>() })),
  ];
  const hash = sha256(weights.map(({ data }) => data.reduce((a, b) => a + b, 0)).join());
  return pictures.map((_, i): HeatMap => {
    const map = randomMap(16, 16, i, hash);
    return { ...map, values: map.values.map((value) => value - 0.5) };
  });
};

describe('the pictures of the checks', () => {
  it('are some of each test game, of fewer games when there is a limit, the same for a seed', async () => {
    const options = { each: 2, limit: 100, seed: 1 };
    const all = await checkedPictures(prepared, options);
    const test = new Set(prepared.selection.split.test);
    expect(new Set(all.map(({ id }) => id))).toEqual(test);
    expect(all).toHaveLength(2 * test.size); // every game of the sample has four or more
    expect(new Set(all.map(({ file }) => file)).size).toBe(all.length);
    expect(await checkedPictures(prepared, options)).toEqual(all);
    expect(await checkedPictures(prepared, { ...options, limit: 2 })).toHaveLength(2);
    expect(await checkedPictures(prepared, { ...options, limit: 1 })).toHaveLength(2); // one game at least
  });

  it('have the masks of the generator, prepared as they are', async () => {
    const labels = new Map(
      readFileSync(path.join(folder, 'labels.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line): [string, number] => {
          const { file, subjectShare } = JSON.parse(line) as { file: string; subjectShare: number }; // a label line
          return [file, subjectShare];
        }),
    );
    const pictures = await checkedPictures(prepared, { each: 4, limit: 100, seed: 1 });
    const masked = pictures.filter(({ mask }) => mask !== null);
    expect(masked.length).toBeGreaterThan(pictures.length - 8); // those with flaws have none
    for (const { mask, box, file } of masked) {
      const marked = mask!.reduce((sum, value) => sum + value, 0);
      // Half covered pixels count whole or not at all, thin text is lost: within 5% of the picture.
      expect(Math.abs(marked / (box.width * box.height) - labels.get(file)!)).toBeLessThan(0.05);
      expect(mask!.subarray(0, box.top * size).every((value) => value === 0)).toBe(true);
    }
  });

  it('have none where nobody wrote masks', async () => {
    const elsewhere = { ...prepared, selection: { ...prepared.selection, folder: root } };
    const [picture] = await checkedPictures(elsewhere, { each: 1, limit: 1, seed: 1 });
    expect(picture!.mask).toBeNull();
  });
});

const target = explainedScore('log1p').score;

describe('the model that is asked', () => {
  it('says what it predicts for the pictures, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const pictures = await checkedPictures(prepared, { each: 2, limit: 100, seed: 1 });
    const pixels = Uint8Array.from(pictures.flatMap((picture) => [...picture.pixels]));
    const model = { weights: prepared.weights, imageSize: size, head: trained.layers };
    const given = await withModel(model, async (open) =>
      (await modelScores(open, target))(pixels, pictures.length),
    );
    const predicted = new Map(
      (await predictRows(run, prepared, trained, ({ part }) => part === 'test')).map((row) => [
        row.file,
        row.predicted.output[0]!, // of log1p: the target of the price
      ]),
    );
    pictures.forEach(({ file }, i) => {
      // The store holds features in half precision, whose steps are 2^-11 of a value: hundredths of the target at most.
      expect(Math.abs(given[i]! - predicted.get(file)!)).toBeLessThan(0.02);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('maps by a method', () => {
  it('of a negative side too: LayerCAM of both sides is HiResCAM behind a ReLU', async () => {
    const pictures = await checkedPictures(prepared, { each: 1, limit: 2, seed: 1 });
    const before = tf.memory().numTensors;
    const model = { weights: prepared.weights, imageSize: size, head: trained.layers };
    await withModel(model, async (open) => {
      const by = (method: 'hirescam' | 'layercam') =>
        mapMethod({ method, layer: prepared.weights.mapLayers[1], target });
      const [signed] = await by('hirescam')(open, pictures);
      const [joined] = await by('layercam')(open, pictures);
      const largest = signed!.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(Math.min(...signed!.values)).toBeLessThan(0);
      expect(largestDifference(joined!.values, signed!.values)).toBeLessThan(1e-5 * largest); // float32
      const none = mapMethod({ method: 'grad-cam', layer: 'none', target });
      await expect(none(open, pictures)).rejects.toEqual(withCode('BAD_INPUT'));
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('shuffled prices', () => {
  it('are those of training and validation games among themselves, test games keep theirs', () => {
    const { kept, split } = prepared.selection;
    const dealt = shufflePrices({ kept, split }, 1).kept;
    const test = new Set(split.test);
    expect(dealt.map(({ id }) => id)).toEqual(kept.map(({ id }) => id));
    expect(dealt.filter(({ id }) => test.has(id))).toEqual(kept.filter(({ id }) => test.has(id)));
    const prices = (games: typeof kept): number[] => games.map(({ price }) => price);
    expect(prices(dealt)).not.toEqual(prices(kept));
    expect(prices(dealt).sort((a, b) => a - b)).toEqual(prices(kept).sort((a, b) => a - b));
  });
});

describe('the checks of explanations', () => {
  const methods = {
    'Grad-CAM': mapMethod({ method: 'grad-cam', layer: 'out_relu', target }),
    edges,
    weighing,
  };
  const options = { methods, limit: 3, pointed: 12, thorough: true };
  let checks: ExplanationChecks;
  let result: StageResult<ExplanationChecks>;
  let tensors: number;
  let before: number;

  beforeAll(async () => {
    before = tf.memory().numTensors;
    result = await checkExplanations(run, prepared, trained, options);
    tensors = tf.memory().numTensors;
    checks = result.value;
  });

  it('flag a method that ignores the weights, and pass one that uses them', () => {
    const verdict = (method: string) => checks.sane.verdicts.find((found) => found.method === method)!;
    expect(verdict('edges').sane).toBe(false);
    for (const { correlation, magnitude } of checks.sane.rows.filter(({ method }) => method === 'edges')) {
      for (const { estimate } of [correlation, magnitude]) expect(estimate).toBeCloseTo(1, 6);
    }
    expect(verdict('weighing').sane).toBe(true);
    for (const { correlation } of checks.sane.rows.filter(({ method }) => method === 'weighing')) {
      expect(Math.abs(correlation.estimate)).toBeLessThan(0.25); // noise of 256 places: a deviation of 0.06 a map
    }
  });

  it('change the weights from the output down to the base', () => {
    expect(
      checks.sane.rows.filter(({ method }) => method === 'Grad-CAM').map(({ changed }) => changed),
    ).toEqual([
      'out',
      'dense2 and above',
      'dense1 and above',
      'bn and above',
      'conv and above',
      'Conv_1 and above',
      'block_16 and above',
      'learnt from shuffled labels',
    ]);
  });

  it('have areas and comparisons for each method beside controls of its own size, and points', () => {
    expect(checks.mapSizes).toEqual({ 'Grad-CAM': [2, 2], edges: [size, size], weighing: [16, 16] });
    const controls = (method: string): Set<string> =>
      new Set(checks.faithful!.filter((row) => row.method === method).map(({ control }) => control));
    expect(controls('Grad-CAM')).toEqual(
      new Set(['a random map of 2 × 2', 'the centre in 2 × 2', 'the edge map in 2 × 2']),
    );
    expect(new Set(checks.pointing!.map(({ map }) => map)).has('Grad-CAM')).toBe(true);
    expect(JSON.parse(JSON.stringify(checks))).toEqual(checks);
  });

  it('leave the model as it is and no tensor behind', async () => {
    expect(tensors).toBe(before);
    const again = await trainedPriceModel(run, prepared, 'log1p');
    expect(again.reused).toBe(true);
    expect(modelWeights(again.layers)).toEqual(modelWeights(trained.layers));
    again.dispose();
  });

  it('are taken from an earlier run for the same methods', async () => {
    const again = await checkExplanations(run, prepared, trained, options);
    expect(again.reused).toBe(true);
    expect(again.value).toEqual(checks);
  });

  it('take seconds unless they are to be thorough: one method, one random model, no removal', async () => {
    const { value } = await checkExplanations(run, prepared, trained, { limit: 3 });
    expect(Object.keys(value.mapSizes)).toEqual(['Grad-CAM at block_6_expand_relu']);
    expect(value.faithful).toBeNull();
    expect(value.sane.rows.map(({ changed }) => changed)).toEqual(['block_16 and above']);
    expect(value.sane.verdicts).toHaveLength(1);
    expect(value.pointing!.length).toBeGreaterThan(0);
  });

  it('refuse to check nothing, and end when the signal says so', async () => {
    await expect(checkExplanations(run, prepared, trained, { methods: {} })).rejects.toEqual(
      withCode('BAD_INPUT'),
    );
    const stopped = { ...run, signal: AbortSignal.abort() };
    const checking = checkExplanations(stopped, prepared, trained, { methods: { other: edges }, limit: 1 });
    await expect(checking).rejects.toEqual(withCode('INTERRUPTED'));
  });
});
