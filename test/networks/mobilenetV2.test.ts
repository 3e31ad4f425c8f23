import { describe, expect, it } from 'vitest';
import { shapeOf } from '../../lib/networks/backbone';
import { baseArrayShapes, layerBefore, mobilenetV2, publishedAlphas } from '../../lib/networks/mobilenetV2';
import { mobilenet } from '../../lib/networks/weightArrays';

describe('mobilenetV2', () => {
  it('has 52 convolutions, ten residuals and five strides of two for every width', () => {
    for (const alpha of publishedAlphas) {
      const layers = mobilenetV2(alpha, 96);
      const filters = layers.filter(({ kind }) => kind === 'conv' || kind === 'depthwise');
      expect(filters).toHaveLength(52);
      expect(layers.filter(({ kind }) => kind === 'add')).toHaveLength(10);
      expect(filters.filter((layer) => 'stride' in layer && layer.stride === 2)).toHaveLength(5);
      expect(baseArrayShapes(alpha)).toHaveLength(260);
    }
  });

  it('adds the input of a block where Keras does', () => {
    const names = mobilenetV2(0.35, 96).flatMap(({ kind, name }) => (kind === 'add' ? name : []));
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
    const count = baseArrayShapes(alpha).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
    expect(count).toBe(expected);
  });
});

describe('shapeOf', () => {
  it('halves five times, rounding up, and keeps 1280 channels below alpha 1', () => {
    expect(shapeOf(mobilenet([], 0.35), 96)).toEqual([3, 3, 1280]);
    expect(shapeOf(mobilenet([], 1), 224)).toEqual([7, 7, 1280]);
    expect(shapeOf(mobilenet([], 1.4), 97)).toEqual([4, 4, 1792]);
  });

  it('knows every layer, and refuses others', () => {
    expect(shapeOf(mobilenet([], 0.35), 96, 'block_15_add')).toEqual([3, 3, 56]);
    expect(shapeOf(mobilenet([], 0.35), 96, 'pictures')).toEqual([96, 96, 3]);
    expect(() => shapeOf(mobilenet([], 0.35), 96, 'block_17_add')).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
  });
});

describe('where the base is cut', () => {
  it('is before a block', () => {
    const ends = ['block_15_add', 'block_14_add', 'expanded_conv_project_BN', 'Conv1_relu'];
    expect([1, 2, 16, 17].map(layerBefore)).toEqual(ends);
  });
});
