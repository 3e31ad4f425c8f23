import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { backboneModel, INPUT } from '../../lib/networks/backbone';
import { createExtractor } from '../../lib/networks/features';
import type { NamedArray } from '../../lib/networks/hdf5';
import { buildHead } from '../../lib/networks/head';
import { layerBefore } from '../../lib/networks/mobilenetV2';
import { assignWeights, modelWeights } from '../../lib/networks/modelWeights';
import { mobilenet } from '../../lib/networks/weightArrays';
import { wholeModel } from '../../lib/networks/wholeModel';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { fineTune } from '../../lib/training/fineTuning';
import { modelState, weightValues } from '../../lib/training/modelState';
import { evaluate, predict } from '../../lib/training/predict';
import type { TrainingSettings } from '../../lib/training/settings';
import { labelledSource } from '../../lib/training/sources';
import { regression } from '../../lib/training/tasks';
import { train } from '../../lib/training/train';
import { withCode } from '../data/close';
import { largestDifference, oracleWeights } from '../networks/weightFiles';
import { sharedFolder } from '../temporary';
import { inMemory, type Learnable } from './learnable';

const task = regression();
const size = 32;
const alpha = 0.35;
const folder = sharedFolder();
let tf: TensorFlow;
let native: boolean;
let arrays: NamedArray[];
beforeAll(async () => {
  const backend = await loadTensorFlow();
  [tf, native] = [backend.tf, backend.name === 'tensorflow'];
  arrays = await oracleWeights(folder);
});
const unless = (skip: (condition: boolean, note: string) => void): void =>
  skip(!native, 'training a convolution needs native TensorFlow');

/** Noisy pictures of some brightness each, which is what there is to learn. */
function pictures(count: number, label: string): { pixels: Uint8Array; targets: number[] } {
  const { uniform, integer } = random(3, label);
  const targets = Array.from({ length: count }, () => Math.fround(uniform(-1, 1)));
  const perImage = size * size * 3;
  const pixels = Uint8Array.from({ length: count * perImage }, (_, i) =>
    Math.round(127 + 90 * targets[Math.floor(i / perImage)]! + integer(-30, 30)),
  );
  return { pixels, targets };
}

/** What comes out of a layer of a base, by default the last one, as the report computes it. */
async function features(count: number, label: string, of = arrays, upTo?: string): Promise<Learnable> {
  const { pixels, targets } = pictures(count, label);
  const extractor = await createExtractor(mobilenet(of, alpha), size, undefined, upTo);
  const values = extractor.extract(pixels, count);
  extractor.dispose();
  return inMemory(values, extractor.shape, targets);
}

/** The same as the layers of the base compute it, unfolded. */
async function featuresOfLayers(count: number, label: string): Promise<Learnable> {
  const { pixels, targets } = pictures(count, label);
  const base = backboneModel(mobilenet(arrays, alpha), size);
  const values = tf.tidy(() => {
    const images = tf.tensor4d(
      Float32Array.from(pixels, (value) => value / 127.5 - 1),
      [count, size, size, 3],
    );
    return (base.predict(images) as Tensor).dataSync<'float32'>(); // one output
  });
  base.dispose();
  return inMemory(values, [1, 1, 1280], targets);
}

const behind = (from: string, count: number, label: string): Promise<Learnable> =>
  features(count, label, arrays, from);

const head = (): LayersModel =>
  buildHead([1, 1, 1280], { l2: 0.001, dropout1: 0.2, dropout2: 0.2, seed: 1, filters: 16, units: [64, 32] });
const settings: TrainingSettings = { epochs: 2, patience: 9, batchSize: 8, learningRate: 1e-3, seed: 7 };

/** What `trainedHead` has learnt, once it has. */
let learnt: ReturnType<typeof modelWeights> | undefined;

/** A head that has learnt a little from the features of the frozen base. */
async function trainedHead(): Promise<LayersModel> {
  const model = head();
  if (learnt) {
    assignWeights(model, learnt);
    return model;
  }
  await train({
    model,
    task,
    training: await features(40, 'training'),
    validation: await features(16, 'validation'),
    settings: { ...settings, epochs: 3 },
  });
  learnt = modelWeights(model);
  return model;
}

const tuning = async (from: string) => ({
  base: mobilenet(arrays, alpha),
  imageSize: size,
  from,
  task,
  training: await behind(from, 40, 'training'),
  validation: await behind(from, 16, 'validation'),
});

/** Small steps, which make the rows that are learnt from better whatever the weights of the base are. */
const slow: TrainingSettings = { ...settings, epochs: 6, learningRate: 1e-4 };

/** Judged by the rows that it learns from. */
async function tuningJudgedByItself(from: string) {
  const options = await tuning(from);
  return { ...options, validation: options.training };
}

describe('base and head as one model', () => {
  it.for([INPUT, layerBefore(6), layerBefore(1), 'block_16_project_BN'])(
    'says what features and head say: from %s',
    async (from, { skip }) => {
      unless(skip);
      const model = await trainedHead();
      const whole = wholeModel(mobilenet(arrays, alpha), size, model, {
        from,
        trainBase: false,
        stillNormalization: false,
      });
      const { pixels, targets } = pictures(16, 'validation');
      const input =
        from === INPUT
          ? inMemory(
              Float32Array.from(pixels, (value) => value / 127.5 - 1),
              [size, size, 3],
              targets,
            )
          : await behind(from, 16, 'validation');
      const expected = await predict(model, await features(16, 'validation'), 8);
      const difference = largestDifference(await predict(whole, input, 8), expected);
      expect(difference).toBeLessThan(1e-4); // of predictions around 1
      expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(100 * difference); // pictures matter more than rounding
      whole.dispose();
      model.dispose();
    },
  );

  // The base's float32 features differ in their last digits between a folded graph and layers. Gradient descent passes that on as it is. Adam
  // divides by the gradients' size: where a gradient is next to nothing its rounding decides the direction. So it gets the features of the
  // layers, which differ by the order of sums alone, and a bound five times above what that came to with three seeds.
  it.for([
    ['sgd', features, 5e-6],
    ['adam', featuresOfLayers, 1e-3],
  ] as const)(
    'is learnt with a frozen base as the head alone is learnt from features: %s',
    async ([optimizer, from, tolerance], { skip }) => {
      unless(skip);
      const asPictures = (count: number, label: string): Learnable => {
        const { pixels, targets } = pictures(count, label);
        return inMemory(
          Float32Array.from(pixels, (value) => value / 127.5 - 1),
          [size, size, 3],
          targets,
        );
      };
      const alone = head();
      const cached = await train({
        model: alone,
        task,
        training: await from(20, 'training'),
        validation: await from(12, 'validation'),
        settings: { ...settings, optimizer },
      });
      const first = head();
      const whole = wholeModel(mobilenet(arrays, alpha), size, first, {
        trainBase: false,
        stillNormalization: false,
      });
      const start = weightValues(whole);
      const frozen = await train({
        model: whole,
        task,
        training: asPictures(20, 'training'),
        validation: asPictures(12, 'validation'),
        settings: { ...settings, optimizer },
      });
      expect(frozen.epochs).toHaveLength(2);
      for (const [i, epoch] of frozen.epochs.entries()) {
        for (const part of ['training', 'validation'] as const) {
          for (const [figure, value] of Object.entries(epoch[part])) {
            const expected = cached.epochs[i]![part][figure]!;
            expect(Math.abs(value / expected - 1), `${part} ${figure}`).toBeLessThan(tolerance);
          }
        }
      }
      expect(frozen.epochs[0]!.training.loss).not.toBe(frozen.epochs[1]!.training.loss);
      const moved = whole.weights
        .filter((weight, i) => largestDifference(weight.read().dataSync(), start[i]!) > 0)
        .map(({ name }) => name.split('/')[0]);
      expect(new Set(moved)).toEqual(new Set(['conv', 'bn', 'dense1', 'dense2', 'out'])); // none of the base
      for (const model of [alone, first, whole]) model.dispose();
    },
  );
});

describe('fine-tuning', () => {
  it('changes nothing at a rate that moves no weight, not even the statistics of batch normalization', async ({
    skip,
  }) => {
    unless(skip);
    const from = layerBefore(2);
    const model = await trainedHead();
    const whole = wholeModel(mobilenet(arrays, alpha), size, model, {
      from,
      trainBase: true,
      stillNormalization: true,
    });
    const start = weightValues(whole);
    const { training, validation } = await tuning(from);
    await train({
      model: whole,
      task,
      training,
      validation,
      settings: { ...settings, learningRate: 1e-30 },
    });
    expect(weightValues(whole)).toEqual(start);
    const expected = await predict(model, await features(16, 'validation'), 8);
    expect(largestDifference(await predict(whole, validation, 8), expected)).toBeLessThan(1e-4);
    const result = await fineTune({
      ...(await tuning(from)),
      head: model,
      settings: { ...settings, learningRate: 1e-30 },
    });
    expect(result.improved).toBe(false);
    expect(result.arrays).toEqual(arrays);
    expect(result.after).toEqual(result.before);
    whole.dispose();
    model.dispose();
  });

  it('makes validation better, moves the last blocks and the head, and nothing else', async ({ skip }) => {
    unless(skip);
    const from = layerBefore(2);
    const model = await trainedHead();
    const before = modelWeights(model);
    const result = await fineTune({
      ...(await tuningJudgedByItself(from)),
      head: model,
      settings: slow,
    });
    expect(result.improved).toBe(true);
    expect(result.after.mse).toBeLessThan(result.before.mse!);
    // 45 convolutions and their batch normalizations come before the last two blocks.
    const same = result.arrays.map(({ data }, i) => largestDifference(data, arrays[i]!.data) === 0);
    expect(same.slice(0, 5 * 45).every(Boolean)).toBe(true);
    expect(same.slice(5 * 45)).not.toContain(true); // folded, and trained
    expect(result.arrays.map(({ name, shape }) => [name, shape])).toEqual(
      arrays.map(({ name, shape }) => [name, shape]),
    );
    for (const [i, { name, data }] of modelWeights(model).entries()) {
      const moved = largestDifference(data, before[i]!.data) > 0;
      expect(moved, name).toBe(!/moving/.test(name));
    }
    model.dispose();
  });

  it('gives a base and a head that say together, as ever, what was learnt', async ({ skip }) => {
    unless(skip);
    for (const blocks of [1, 3]) {
      const model = await trainedHead();
      const options = await tuningJudgedByItself(layerBefore(blocks));
      const result = await fineTune({ ...options, head: model, settings: slow });
      expect(result.improved).toBe(true);
      const again = await evaluate(model, task, await features(40, 'training', result.arrays), 8);
      const rounding = Math.abs(again.mse! - result.after.mse!);
      expect(rounding).toBeLessThan(1e-4); // kernels are folded once more: float32 through a few layers
      const old = await evaluate(model, task, await features(40, 'training'), 8);
      expect(Math.abs(old.mse! - result.after.mse!)).toBeGreaterThan(10 * rounding); // with the old base it would not
      model.dispose();
    }
  });

  it('leaves base and head alone when no epoch is better', async ({ skip }) => {
    unless(skip);
    const model = await trainedHead();
    const state = modelState(model);
    const { validation, ...rest } = await tuning(layerBefore(1));
    const perfect = await predict(model, await features(16, 'validation'), 8); // cannot become better
    const result = await fineTune({
      ...rest,
      validation: labelledSource(task, [...perfect], validation.rows),
      head: model,
      settings: { ...settings, learningRate: 0.01 },
    });
    expect(result.improved).toBe(false);
    expect(result.history.epochs).toHaveLength(2);
    expect(modelState(model).weights).toEqual(state.weights);
    expect(result.arrays).toEqual(arrays);
    model.dispose();
  });

  it('is refused on WebAssembly, where gradients are missing', async ({ skip }) => {
    skip(native, 'native TensorFlow is loaded; REPORT_BACKEND=wasm loads the other');
    const nothing = inMemory(new Float32Array(), [1, 1, 56], []);
    const asked = fineTune({
      base: mobilenet(arrays, alpha),
      imageSize: size,
      from: layerBefore(1),
      head: head(),
      task,
      training: nothing,
      validation: nothing,
      settings,
    });
    await expect(asked).rejects.toEqual(withCode('NO_BACKEND'));
  });

  it('leaves no tensor behind, whether it ends or is interrupted', async ({ skip }) => {
    unless(skip);
    const model = await trainedHead();
    const state = modelState(model);
    const tensors = tf.memory().numTensors;
    const controller = new AbortController();
    const onBatch = (done: number) => done === 3 && controller.abort();
    const options = { ...(await tuning(layerBefore(1))), head: model, settings };
    await expect(fineTune({ ...options, onBatch, signal: controller.signal })).rejects.toEqual(
      withCode('INTERRUPTED'),
    );
    expect(modelState(model)).toEqual(state);
    expect(tf.memory().numTensors).toBe(tensors);
    await fineTune(options);
    expect(tf.memory().numTensors).toBe(tensors);
    model.dispose();
  });
});

describe('where the base is cut', () => {
  it('can be any, and the rest goes on from there: what comes out is what the whole base says', async ({
    skip,
  }) => {
    skip(!native, 'a graph needs native TensorFlow');
    const model = head();
    const expected = (await features(8, 'training')).rows.read([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const blocks of [2, 9, 17]) {
      const from = layerBefore(blocks);
      const whole = wholeModel(mobilenet(arrays, alpha), size, model, {
        from,
        trainBase: true,
        stillNormalization: true,
      });
      const rest = tf.model({ inputs: whole.inputs, outputs: whole.getLayer('out_relu').output });
      const source = await behind(from, 8, 'training');
      const found = tf.tidy(() =>
        (
          rest.predict(tf.tensor(source.rows.read([0, 1, 2, 3, 4, 5, 6, 7]), [8, ...source.shape])) as Tensor
        ).dataSync(),
      );
      expect(largestDifference(found, expected), `${blocks} blocks`).toBeLessThan(1e-4); // features in [0, 6]
      whole.dispose();
    }
    model.dispose();
  });
});
