import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { cascade, randomisedBase } from '../../lib/explain/checkSanity';
import { efficientnetV2, torchvisionEfficientNet } from '../../lib/networks/efficientnetV2';
import type { NamedArray } from '../../lib/networks/hdf5';
import { type Layer, placed } from '../../lib/networks/layers';

const unitCount = 52;

const array = (name: string, ...shape: number[]): NamedArray => ({
  name,
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, random(1, name).normal),
});
const head = [
  array('conv/kernel', 3, 3, 4, 6),
  array('conv/bias', 6),
  array('bn/gamma', 6),
  array('bn/beta', 6),
  array('bn/moving_mean', 6),
  array('bn/moving_variance', 6),
  array('dense1/kernel', 6, 5),
  array('dense1/bias', 5),
  array('out/kernel', 5, 1),
  array('out/bias', 1),
];

describe('cascading randomisation', () => {
  it('goes from the output down, and keeps what it has changed', () => {
    const steps = cascade(head, 3);
    expect(steps.map(({ layer }) => layer)).toEqual(['out', 'dense1', 'bn', 'conv']);
    const changed = steps.map(({ arrays }) =>
      arrays.filter(({ data }, i) => data !== head[i]!.data).map(({ name }) => name),
    );
    expect(changed[0]).toEqual(['out/kernel', 'out/bias']);
    expect(changed[1]).toEqual(['dense1/kernel', 'dense1/bias', 'out/kernel', 'out/bias']);
    expect(changed[3]).toHaveLength(head.length);
    expect(steps[3]!.arrays.at(-2)).toEqual(steps[0]!.arrays.at(-2));
  });

  it('draws what a layer has before any training, in the same names and shapes', () => {
    const { arrays } = cascade(head, 3).at(-1)!;
    expect(arrays.map(({ name, shape }) => ({ name, shape }))).toEqual(
      head.map(({ name, shape }) => ({ name, shape })),
    );
    const values = (name: string): number[] => [...arrays.find((found) => found.name === name)!.data];
    expect(values('bn/gamma')).toEqual(Array(6).fill(1));
    expect(values('bn/moving_variance')).toEqual(Array(6).fill(1));
    for (const name of ['conv/bias', 'bn/beta', 'bn/moving_mean'])
      expect(values(name)).toEqual(Array(6).fill(0));
    const limit = Math.sqrt(6 / (9 * (4 + 6))); // Glorot
    const kernel = values('conv/kernel');
    expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(limit);
    expect(Math.max(...kernel.map(Math.abs))).toBeGreaterThan(0.9 * limit); // 216 draws: all below with 1e-10
  });

  it('is determined by the seed and leaves what it is given', () => {
    const before = head.map(({ data }) => [...data]);
    expect(cascade(head, 3)).toEqual(cascade(head, 3));
    expect(cascade(head, 3)[0]!.arrays).not.toEqual(cascade(head, 4)[0]!.arrays);
    expect(head.map(({ data }) => [...data])).toEqual(before);
  });
});

describe('a base with random last units', () => {
  const base = Array.from({ length: unitCount }, (_, unit) => [
    array(`unit_${unit}/kernel:0`, 1, 1, 2, 3),
    ...['gamma', 'beta', 'mean', 'variance'].map((kind) => array(`unit_${unit}/${kind}:0`, 3)),
  ]).flat();

  const layers = (): Layer[] => [
    { kind: 'input', name: 'pictures', shape: [4, 4, 2] },
    ...Array.from({ length: unitCount }, (_, unit): Layer[] => [
      { kind: 'conv', name: `conv_${unit}`, size: 1, filters: 3 },
      { kind: 'batchNorm', name: `bn_${unit}` },
    ]).flat(),
  ];

  it('has those drawn anew, whatever the file calls them, and the others as they are', () => {
    const changed = randomisedBase({ arrays: base, layers }, 2, 1);
    expect(changed.map(({ name }) => name)).toEqual(base.map(({ name }) => name));
    expect(changed.slice(0, -10)).toEqual(base.slice(0, -10));
    for (const start of [-10, -5]) {
      const five = changed.slice(start, start + 5 || undefined);
      expect(five[0]!.data).not.toEqual(base.at(start)!.data);
      expect(five.slice(1).map(({ data }) => data[0])).toEqual([1, 0, 0, 1]);
    }
    expect(changed.at(-10)!.data).not.toEqual(changed.at(-5)!.data);
    expect(randomisedBase({ arrays: base, layers }, 0, 1)).toEqual(base);
  });

  it('knows units with squeeze and excitation between, whose convolutions have biases and no normalization', () => {
    const stages = [{ fused: false, expansion: 4, stride: 1, filters: 8, blocks: 1 }];
    const plan = { stem: 8, stages, top: 16 };
    const own = (size: number) => efficientnetV2(size, torchvisionEfficientNet, plan);
    const weights = placed(own(32)).flatMap((place) => place.weights);
    const arrays = weights.map(({ name, shape }) => array(name, ...shape));
    const changed = randomisedBase({ arrays, layers: own }, 2, 1);
    const start = weights.findIndex(({ name }) => name.startsWith('features.1.0.block.2.fc1')); // behind the depthwise unit
    expect(changed.slice(0, start)).toEqual(arrays.slice(0, start));
    weights.slice(start).forEach(({ name }, i) => {
      const found = changed[start + i]!.data;
      if (/kernel$/.test(name)) expect(found).not.toEqual(arrays[start + i]!.data);
      else expect([name, new Set(found)]).toEqual([name, new Set([/gamma|variance/.test(name) ? 1 : 0])]);
    });
  });
});
