import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { type AugmentSettings, drawTransform } from '../../lib/images/augment';
import { parameterExamples } from '../../lib/images/augmentExamples';
import { transformMatrix } from '../../lib/images/warp';

const settings: AugmentSettings = { rotation: 10, shift: 0.1, shear: 0.1, zoom: 0.1, horizontalFlip: true };
const neutral = { theta: 0, tx: 0, ty: 0, shear: 0, zx: 1, zy: 1, flipHorizontal: false };
const none: AugmentSettings = { rotation: 0, shift: 0, shear: 0, zoom: 0, horizontalFlip: false };

describe('the examples of the parameters', () => {
  it('move one parameter to either end of its range, shifts in pixels, and leave the others neutral', () => {
    const ends = parameterExamples(settings, 96).map(({ name, low, high }) => [name, low, high]);
    expect(ends).toEqual([
      ['rotation', { ...neutral, theta: -10 }, { ...neutral, theta: 10 }],
      ['shift across', { ...neutral, tx: -9.600000000000001 }, { ...neutral, tx: 9.600000000000001 }],
      ['shift down', { ...neutral, ty: -9.600000000000001 }, { ...neutral, ty: 9.600000000000001 }],
      ['shear', { ...neutral, shear: -0.1 }, { ...neutral, shear: 0.1 }],
      ['zoom', { ...neutral, zx: 0.9, zy: 0.9 }, { ...neutral, zx: 1.1, zy: 1.1 }],
      ['flip', neutral, { ...neutral, flipHorizontal: true }],
    ]);
  });

  it('enclose whatever the augmentation draws', () => {
    const examples = parameterExamples(settings, 96);
    const keys = ['theta', 'tx', 'ty', 'shear', 'zx', 'zy'] as const;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const drawn = drawTransform(settings, 96, random(seed));
        for (const key of keys) {
          const ends = examples.flatMap(({ low, high }) => [low[key], high[key]]);
          expect(drawn[key]).toBeGreaterThanOrEqual(Math.min(...ends));
          expect(drawn[key]).toBeLessThanOrEqual(Math.max(...ends));
        }
      }),
    );
  });

  it('change nothing where the ranges are empty, and say that the flip is off', () => {
    for (const { low, high } of parameterExamples(none, 96)) {
      const [map, other] = [low, high].map((end) => transformMatrix(end, 96, 96).map((value) => value + 0)); // + 0: no −0
      expect(map).toEqual(other);
    }
    expect(parameterExamples(none, 96).at(-1)?.does).toBe('is off');
    expect(parameterExamples(settings, 96).at(-1)?.does).toBe('mirrors every other picture');
  });

  it('tell the ranges in plain numbers', () => {
    const told = (changes: Partial<AugmentSettings>): string[] =>
      parameterExamples({ ...settings, ...changes }, 96).map(({ does }) => does);
    expect(told({})[0]).toBe('turns by up to 10° either way');
    // In binary fractions 0.07 · 100 is a little more than 7, and 1 − 0.9 a little less than 0.1.
    expect(told({ shift: 0.07 })[1]).toBe('moves by up to 7% of the width');
    expect(told({ shift: 0.07 })[2]).toBe('moves by up to 7% of the height');
    expect(told({ zoom: 0.9 })[4]).toBe('scales each axis by 0.1 to 1.9');
  });

  it('call the shear next to nothing only where it is', () => {
    const told = (shear: number): string => parameterExamples({ ...settings, shear }, 96)[3]!.does;
    expect(told(0.1)).toBe(
      'slants by up to 0.1°: next to nothing, since the unit is degrees and not a share',
    );
    expect(told(20)).toBe('slants by up to 20°');
  });
});
