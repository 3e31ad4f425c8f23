import { beforeAll, describe, expect, it } from 'vitest';
import type { Batch } from '../../lib/core/concepts';
import { random } from '../../lib/core/random';
import { layered } from '../../lib/networks/layered';
import { modelWeights } from '../../lib/networks/modelWeights';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { createStep } from '../../lib/training/graphStep';
import { optimizers } from '../../lib/training/optimizer';
import { rateFactors, rateGroups } from '../../lib/training/rates';
import type { TrainingSettings } from '../../lib/training/settings';
import { eagerStep, type TrainingStep } from '../../lib/training/step';
import { regression } from '../../lib/training/tasks';
import { train } from '../../lib/training/train';
import { withCode } from '../data/close';
import { largestDifference } from '../networks/weightFiles';
import { learnable, settings } from './learnable';

beforeAll(async () => {
  await loadTensorFlow();
});

const task = regression();
const network = layered('three layers', (shape, outputs) => [
  { kind: 'input', name: 'features', shape },
  { kind: 'conv', name: 'first', filters: 3, size: 2, bias: true },
  { kind: 'relu', name: 'relu' },
  { kind: 'conv', name: 'second', filters: 4, size: 1, bias: true },
  { kind: 'globalAveragePool', name: 'gap' },
  { kind: 'dense', name: 'out', units: outputs },
]);
const build = () => network.build([2, 2, 4], task, 5);
const rates = [
  { from: 'relu', factor: 0.1 },
  { from: 'gap', factor: 2, since: 2 },
];

const { normal } = random(3, 'batches');
const batches: Batch[] = Array.from({ length: 5 }, () => ({
  x: Float32Array.from({ length: 8 * 16 }, normal),
  y: Float32Array.from({ length: 8 }, normal),
}));

describe('learning rates of layers', () => {
  it('begin at the layers that are named, and have their factors from their epoch on', () => {
    const model = build();
    expect(rateGroups(model)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(rateGroups(model, rates)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(rateFactors(1)).toEqual([1]);
    expect(rateFactors(1, rates)).toEqual([1, 0.1, 0]);
    expect(rateFactors(2, rates)).toEqual([1, 0.1, 2]);
    for (const wrong of [[{ from: 'none', factor: 1 }], [...rates].reverse()]) {
      expect(() => rateGroups(model, wrong)).toThrow(withCode('BAD_INPUT'));
    }
    model.dispose();
  });

  it.each(optimizers)(
    'change each weight by its own rate, with weight decay, in a graph as step by step: %s',
    (kind) => {
      const [theirs, ours] = [build(), build()];
      const eager = eagerStep(theirs, task, kind, { groups: rateGroups(theirs, rates), weightDecay: 0.5 });
      const step = createStep(ours, task, { optimizer: kind, batchSize: 8, rates, weightDecay: 0.5 }, 8);
      const start = modelWeights(ours);
      const run = (one: TrainingStep) =>
        batches.map((batch, i) => one.run(batch, 0.02 / (1 + i), i < 3 ? [1, 0.1, 0] : [1, 0.1, 2]).loss);
      expect(largestDifference(run(step), run(eager))).toBeLessThan(1e-5); // float32 sums in another order
      step.sync();
      const end = modelWeights(ours);
      modelWeights(theirs).forEach(({ data }, i) => {
        expect(largestDifference(end[i]!.data, data)).toBeLessThan(1e-5);
        expect(largestDifference(end[i]!.data, start[i]!.data)).toBeGreaterThan(1e-4);
      });
      for (const one of [eager, step]) one.dispose();
      for (const model of [theirs, ours]) model.dispose();
    },
  );

  it('leave a group of factor 0 as it is to the last bit, and the rest as if there were no group', () => {
    const [whole, part] = [build(), build()];
    const start = modelWeights(whole);
    const plain = createStep(whole, task, { batchSize: 8 }, 8);
    const grouped = createStep(part, task, { batchSize: 8, rates, weightDecay: 0 }, 8);
    plain.run(batches[0]!, 0.01);
    grouped.run(batches[0]!, 0.01, [0, 0.5, 1]);
    for (const step of [plain, grouped]) step.sync();
    const [all, some] = [modelWeights(whole), modelWeights(part)];
    some.forEach(({ data }, i) => {
      const factor = [0, 0, 0.5, 0.5, 1, 1][i]!;
      const moved = data.map((value, at) => value - start[i]!.data[at]!);
      const asOne = all[i]!.data.map((value, at) => factor * (value - start[i]!.data[at]!));
      expect(largestDifference(moved, asOne)).toBeLessThan(factor === 0 ? 1e-30 : 2e-7); // of weights around 1
    });
    for (const step of [plain, grouped]) step.dispose();
    for (const model of [whole, part]) model.dispose();
  });

  it('decay weights by what they were before the step, beside what Adam does (Loshchilov and Hutter, 2019)', () => {
    const [plain, decayed] = [build(), build()];
    const start = modelWeights(plain);
    const [without, with_] = [
      createStep(plain, task, { batchSize: 8 }, 8),
      createStep(decayed, task, { batchSize: 8, weightDecay: 0.25 }, 8),
    ];
    for (const step of [without, with_]) {
      step.run(batches[0]!, 0.01);
      step.sync();
    }
    const expected = modelWeights(plain);
    modelWeights(decayed).forEach(({ data }, i) => {
      const lost = start[i]!.data.map((value) => 0.01 * 0.25 * value);
      const found = data.map((value, at) => expected[i]!.data[at]! - value);
      expect(largestDifference(found, lost)).toBeLessThan(2e-7); // float32 of weights around 1
    });
    for (const step of [without, with_]) step.dispose();
    for (const model of [plain, decayed]) model.dispose();
  });

  it('open one part of a network after the other in a training', async () => {
    const given: TrainingSettings = { ...settings, epochs: 3, rates, weightDecay: 0.01 };
    const options = { task, training: learnable(32, 'training'), validation: learnable(16, 'validation') };
    const moved: boolean[] = [];
    const model = build();
    let before = modelWeights(model).at(-1)!.data;
    const onEpoch = () => {
      const now = modelWeights(model).at(-1)!.data;
      moved.push(largestDifference(now, before) > 0);
      before = now;
    };
    const history = await train({ ...options, model, settings: given, onEpoch });
    expect(moved).toEqual([false, true, true]);
    expect(history.settings).toEqual(given);
    model.dispose();
  });
});
