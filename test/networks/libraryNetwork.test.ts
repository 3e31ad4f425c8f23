import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Shape } from '../../lib/core/concepts';
import { random } from '../../lib/core/random';
import { type Backbone, backboneModel, SMALLEST } from '../../lib/networks/backbone';
import { efficientnetV2, efficientnetV2S, torchvisionEfficientNet } from '../../lib/networks/efficientnetV2';
import { createExtractor } from '../../lib/networks/features';
import type { NamedArray } from '../../lib/networks/hdf5';
import { linearHeadWith } from '../../lib/networks/head';
import { buildModel, placed } from '../../lib/networks/layers';
import { fromKeras, fromTorch, type LibraryNetwork } from '../../lib/networks/libraryNetwork';
import { loadModel, saveModel } from '../../lib/networks/modelFile';
import { kerasResNet, resnet, resnet50, torchvisionResNet } from '../../lib/networks/resnet50';
import { torchName } from '../../lib/networks/torchWeights';
import { buildWeighted } from '../../lib/networks/weighted';
import { baseArrays, wholeModel } from '../../lib/networks/wholeModel';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { graphStep } from '../../lib/training/graphStep';
import { eagerStep } from '../../lib/training/step';
import { classes } from '../../lib/training/tasks';
import { sharedFolder } from '../temporary';
import { torchTensor, transposed } from './netsOracle';
import { largestDifference, thrown } from './weightFiles';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const folder = sharedFolder();
const size = SMALLEST;
const plan = {
  channels: 8,
  stages: [
    [4, 2],
    [8, 1],
  ] as const,
};
const stages = [
  { fused: true, expansion: 1, stride: 1, filters: 8, blocks: 1 },
  { fused: false, expansion: 4, stride: 2, filters: 16, blocks: 2 },
];
const small: Record<'resnet' | 'keras' | 'efficientnet', LibraryNetwork> = {
  resnet: { ...resnet50.torch, layers: (side) => resnet(side, torchvisionResNet, plan) },
  keras: { ...resnet50.keras, layers: (side) => resnet(side, kerasResNet, plan) },
  efficientnet: {
    ...efficientnetV2S.torch,
    layers: (side) => efficientnetV2(side, torchvisionEfficientNet, { stem: 8, stages, top: 24 }),
  },
};

/** Weights as they would be after training, in the order of the layers. */
function trained({ layers }: Pick<LibraryNetwork, 'layers'>): NamedArray[] {
  const { uniform } = random(3, 'trained');
  return placed(layers(size)).flatMap(({ weights }) =>
    weights.map(({ name, shape }) => {
      const numbers = shape.reduce((a, b) => a * b, 1);
      const fanIn = numbers / shape.at(-1)!;
      const draw = (): number => {
        if (/variance|gamma/.test(name)) return uniform(0.5, 1.5);
        return shape.length > 1 ? uniform(-1, 1) * Math.sqrt(4 / fanIn) : uniform(-0.2, 0.2);
      };
      return { name, shape, data: new Float32Array(numbers).map(draw) };
    }),
  );
}

/** The same as a state dict of torch. */
const stateOf = (network: LibraryNetwork) => {
  const depthwise = new Set(
    network.layers(size).flatMap(({ kind, name }) => (kind === 'depthwise' ? [name] : [])),
  );
  return trained(network).map(({ name, shape, data }) => {
    const layer = name.slice(0, name.lastIndexOf('/'));
    const axes = shape.length < 4 ? [0] : depthwise.has(layer) ? [2, 3, 0, 1] : [3, 2, 0, 1];
    return torchTensor(
      torchName(name),
      axes.map((axis) => shape[axis]!),
      transposed(shape, data, axes),
    );
  });
};

const pixels = Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 7919 + ((i * i) % 251)) % 256);

/** What the network gives with its weights as they are for numbers that the library itself has prepared. */
function expected(
  network: LibraryNetwork,
  prepared: (byte: number, channel: number) => number,
  turned = false,
) {
  return tf.tidy(() => {
    const model = buildWeighted({ layers: network.layers(size), arrays: trained(network) });
    const x = Float32Array.from(pixels, (_, i) => {
      const channel = i % 3;
      return turned
        ? prepared(pixels[i - channel + 2 - channel]!, 2 - channel)
        : prepared(pixels[i]!, channel);
    });
    const y = (model.predict(tf.tensor(x, [1, size, size, 3])) as Tensor).dataSync();
    model.dispose();
    return y;
  });
}

async function extracted(backbone: Backbone): Promise<Float32Array> {
  const extractor = await createExtractor(backbone, size);
  const found = extractor.extract(pixels, 1);
  extractor.dispose();
  return found;
}

const [mean, deviation] = [
  [0.485, 0.456, 0.406],
  [0.229, 0.224, 0.225],
];
const normalized = (byte: number, channel: number): number =>
  (byte / 255 - mean![channel]!) / deviation![channel]!;
/** Float32 in another order, of outputs up to 5. */
const tolerance = 1e-4;

describe('a network out of a library', () => {
  it.each(['resnet', 'efficientnet'] as const)(
    'has torch’s weights, in whatever order, and takes bytes as torchvision prepares them: %s',
    async (which) => {
      const before = tf.memory().numTensors;
      const network = small[which];
      const classifier = torchTensor(`${network.top}weight`, [5, 8], new Float32Array(40));
      const backbone = fromTorch(network, [classifier, ...stateOf(network).reverse()]);
      const found = await extracted(backbone);
      expect(largestDifference(found, expected(network, normalized))).toBeLessThan(tolerance);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('has Keras’ weights in the order of its files, and takes bytes with blue first as Keras prepares them', async () => {
    const network = small.keras;
    const arrays = trained(network);
    const named = new Map(arrays.map((array) => [array.name, array]));
    const listed = network.kerasOrder!(placed(network.layers(size))).flatMap(({ weights }) => weights);
    // Published files have other names.
    const file = listed.map(({ name }, i) => ({ ...named.get(name)!, name: `old_${i}` }));
    const top = [torchTensor('k', [8, 5], new Float32Array(40)), torchTensor('b', [5], new Float32Array(5))];
    const found = await extracted(
      fromKeras(network, [...file, ...top.map(({ shape, ordered }) => ordered(shape.map((_, i) => i)))]),
    );
    const offsets = [123.68, 116.779, 103.939];
    const wanted = expected(network, (byte, channel) => byte - offsets[channel]!, true);
    const most = Array.from(wanted).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    expect(largestDifference(found, wanted)).toBeLessThan(tolerance * Math.max(1, most)); // pictures are not scaled to 1
    expect(fromKeras(network, file).arrays.map(({ name }) => name)).toEqual(arrays.map(({ name }) => name));
  });

  it('refuses the weights of another one', () => {
    const state = stateOf(small.resnet);
    const more = torchTensor('layer3.0.conv1.weight', [1], [1]);
    for (const wrong of [state.slice(1), [...state, more], [], stateOf(small.efficientnet)]) {
      expect(thrown(() => fromTorch(small.resnet, wrong))).toMatchObject({ code: 'WRONG_ARCHITECTURE' });
    }
    for (const wrong of [
      trained(small.resnet),
      trained(small.keras).slice(1),
      trained(small.keras).reverse(),
    ]) {
      expect(thrown(() => fromKeras(small.keras, wrong))).toMatchObject({ code: 'WRONG_ARCHITECTURE' });
    }
  });
});

describe('fine-tuning of such a network', () => {
  it.each(['resnet', 'efficientnet'] as const)(
    'normalizes by the statistics that were learnt before, in training too, and gives all weights back: %s',
    async (which) => {
      const before = tf.memory().numTensors;
      const backbone = fromTorch(small[which], stateOf(small[which]));
      const shape = placed(backbone.layers(size)).at(-1)!.shape;
      const head = buildModel([
        { kind: 'input', name: 'features', shape },
        { kind: 'globalAveragePool', name: 'average' },
      ]);
      const model = wholeModel(backbone, size, head, { trainBase: true, stillNormalization: true });
      expect(model.layers.some((layer) => layer.getClassName() === 'BatchNormalization')).toBe(false); // folded in
      tf.tidy(() => {
        const x = tf.randomUniform([2, size, size, 3], -1, 1, 'float32', 5);
        const inference = model.predict(x) as Tensor;
        const training = model.apply(x, { training: true }) as Tensor;
        expect(largestDifference(training.dataSync(), inference.dataSync())).toBeLessThan(1e-6);
        const given = { ...backbone, arrays: baseArrays(model, backbone) };
        const again = backboneModel(given, size);
        const wanted = (again.predict(x) as Tensor).mean([1, 2]);
        expect(largestDifference(wanted.dataSync(), inference.dataSync())).toBeLessThan(tolerance);
        again.dispose();
      });
      const x = tf.randomUniform([2, size, size, 3], -1, 1, 'float32', 5);
      await saveModel(path.join(folder, which), model);
      const { model: loaded } = await loadModel(path.join(folder, which));
      const [now, later] = [model, loaded].map((one) => tf.tidy(() => (one.predict(x) as Tensor).dataSync()));
      expect(largestDifference(later!, now!)).toBeLessThan(1e-6); // every layer is one of TensorFlow.js' own
      for (const one of [x, model, loaded, head]) one.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it.each(['resnet', 'efficientnet'] as const)(
    'takes the same steps as a graph and one operation after the other: %s',
    (which) => {
      const before = tf.memory().numTensors;
      const backbone = fromTorch(small[which], stateOf(small[which]));
      const shape = placed(backbone.layers(size)).at(-1)!.shape as Shape;
      const task = classes(['a', 'b', 'c']);
      const { uniform } = random(1, 'batch');
      const batch = {
        x: new Float32Array(4 * size * size * 3).map(() => uniform(-1, 1)),
        y: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0),
      };
      const [graph, eager] = [true, false].map((asGraph) => {
        const head = linearHeadWith(0).build(shape, task, 1);
        const model = wholeModel(backbone, size, head, { trainBase: true, stillNormalization: true });
        const step = asGraph ? graphStep(model, task, 'adam', [4]) : eagerStep(model, task, 'adam');
        const losses = [1, 2, 3].map(() => step.run(batch, 0.001).loss);
        step.dispose();
        model.dispose();
        head.dispose();
        return losses;
      });
      expect(largestDifference(graph!, eager!)).toBeLessThan(1e-5); // float32 in another order
      expect(graph![2]).toBeLessThan(graph![0]!);
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
