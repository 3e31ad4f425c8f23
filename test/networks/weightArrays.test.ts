import { describe, expect, it } from 'vitest';
import { weightedBackbone } from '../../lib/networks/backbone';
import type { NamedArray } from '../../lib/networks/hdf5';
import { baseArrayShapes, publishedAlphas } from '../../lib/networks/mobilenetV2';
import { alphaOf, inModelOrder, mobilenet, randomWeights } from '../../lib/networks/weightArrays';
import { thrown } from './weightFiles';

const blank = (alpha: number): NamedArray[] =>
  baseArrayShapes(alpha).map(({ shape }, i) => ({ name: `array_${i}`, shape, data: new Float32Array(0) }));

describe('alphaOf', () => {
  it.each(publishedAlphas)('knows alpha %s from the shapes', (alpha) => {
    expect(alphaOf(blank(alpha))).toBe(alpha);
  });

  it('names the first array that does not fit the nearest network', () => {
    const arrays = blank(0.75);
    arrays[7]!.shape = [99];
    expect(thrown(() => alphaOf(arrays))).toMatchObject({
      code: 'WRONG_ARCHITECTURE',
      message: expect.stringMatching(/alpha 0\.75: array 8 \("array_7"\) has shape \[99\], expected \[24\]/),
    });
  });

  it('refuses a network with a top, one with too few arrays, and none', () => {
    const top: NamedArray = { name: 'dense', shape: [1280, 1000], data: new Float32Array(0) };
    for (const arrays of [[...blank(1), top], blank(1).slice(0, -1), []]) {
      expect(thrown(() => alphaOf(arrays))).toMatchObject({
        code: 'WRONG_ARCHITECTURE',
        message: expect.stringContaining(`it has ${arrays.length} arrays, expected 260`),
      });
    }
  });
});

describe('weightedBackbone', () => {
  it.each([
    ['negative in one place', (data: Float32Array) => data.fill(-1, 3, 4)],
    ['all 0', (data: Float32Array) => data.fill(0)],
  ])('refuses variances that are %s, in any layer and whatever the arrays are called', (_, damage) => {
    const places = baseArrayShapes(0.35).flatMap(({ name }, i) =>
      name.endsWith('moving_variance') ? [i] : [],
    );
    for (const place of [places[0]!, places.at(-1)!]) {
      const arrays = randomWeights(0.35, 1).map((array, i) => ({ ...array, name: `vars/${i}` }));
      damage(arrays[place]!.data);
      expect(thrown(() => weightedBackbone(mobilenet(arrays, 0.35), 96))).toMatchObject({
        code: 'BAD_WEIGHTS',
        message: expect.stringContaining(`"vars/${place}" has variances that are negative or all 0`),
      });
    }
  });

  it('refuses the arrays of another width', () => {
    expect(thrown(() => weightedBackbone(mobilenet(blank(0.5), 0.35), 96))).toMatchObject({
      code: 'WRONG_ARCHITECTURE',
    });
    expect(weightedBackbone(mobilenet(blank(0.5), 0.5), 96).arrays).toHaveLength(260);
  });
});

describe('inModelOrder', () => {
  it('refuses a Keras 3 file of another network', () => {
    const dense = [{ name: 'layers/dense/vars/0', shape: [2, 2], data: new Float32Array(4) }];
    expect(thrown(() => inModelOrder(dense))).toMatchObject({ code: 'WRONG_ARCHITECTURE' });
  });
});

describe('randomWeights', () => {
  it('depends on the seed alone', () => {
    const kernel = (seed: number) => [...randomWeights(0.35, seed)[0]!.data];
    expect(kernel(1)).toEqual(kernel(1));
    expect(kernel(1)).not.toEqual(kernel(2));
  });

  it('fits the network and has the variances it promises', () => {
    const arrays = randomWeights(0.35, 3);
    expect(alphaOf(arrays)).toBe(0.35);
    const variance = ({ data }: NamedArray) => data.reduce((sum, x) => sum + x * x, 0) / data.length;
    const last = arrays.at(-5)!; // Conv_1: 112 × 1280 values behind an activation
    expect(last.name).toBe('Conv_1/kernel:0');
    // Standard error of a variance: √(2 / 143,360) = 0.4%; five of them.
    expect(Math.abs(variance(last) / (2 / 112) - 1)).toBeLessThan(0.02);
  });
});
