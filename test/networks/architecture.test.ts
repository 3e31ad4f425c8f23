import { describe, expect, it } from 'vitest';
import {
  describeMobilenet,
  featureShape,
  publishedAlphas,
  weightShapes,
} from '../../lib/networks/architecture';

describe('describeMobilenet', () => {
  it('has 52 units, ten residuals and five strides of two for every width', () => {
    for (const alpha of publishedAlphas) {
      const units = describeMobilenet(alpha);
      expect(units).toHaveLength(52);
      expect(units.filter(({ residual }) => residual)).toHaveLength(10);
      expect(units.filter(({ stride }) => stride === 2)).toHaveLength(5);
      expect(weightShapes(alpha)).toHaveLength(260);
    }
  });

  it('adds the input of a block where Keras does', () => {
    const names = describeMobilenet(0.35).flatMap(({ residual }) => residual ?? []);
    expect(names).toEqual([2, 4, 5, 7, 8, 9, 11, 12, 14, 15].map((i) => `block_${i}_add`));
  });

  // Parameters of MobileNetV2(include_top=False).count_params() in Keras.
  it.each([
    [0.35, 410_208],
    [0.5, 706_224],
    [0.75, 1_382_064],
    [1, 2_257_984],
    [1.4, 4_363_712],
  ])('has as many parameters as Keras at alpha %s', (alpha, expected) => {
    const count = weightShapes(alpha).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b), 0);
    expect(count).toBe(expected);
  });
});

describe('featureShape', () => {
  it('halves five times, rounding up, and keeps 1280 channels below alpha 1', () => {
    expect(featureShape(0.35, 96)).toEqual([3, 3, 1280]);
    expect(featureShape(1, 224)).toEqual([7, 7, 1280]);
    expect(featureShape(1.4, 97)).toEqual([4, 4, 1792]);
  });
});
