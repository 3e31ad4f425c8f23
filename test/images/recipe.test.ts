import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { adjust } from '../../lib/images/colours';
import { augment, augmentTogether } from '../../lib/images/copies';
import { scale } from '../../lib/images/lanczos';
import {
  applyRecipe,
  drawBox,
  drawRecipe,
  flipped,
  moved,
  paint,
  type RecipeSettings,
  resizedCrop,
  rotationMap,
  shearMap,
  strongRecipe,
} from '../../lib/images/recipe';
import { openThreads } from '../../lib/storage/workers';
import { oracleArrays, oracleJson } from '../oracle';

type Of = keyof typeof adjust;
interface Case {
  name: string;
  input: string;
  op: string;
  factor: number;
  order: Of[];
  factors: Record<Of, number>;
  top: number;
  left: number;
  height: number;
  width: number;
  interpolation?: string;
  degrees_counter_clockwise: number;
  shear_x_degrees: number;
}
const oracle = oracleJson<{
  cases: Case[];
  erasing: { name: string; top: number; left: number; height: number; width: number; value: number }[];
  distribution: Record<string, Record<string, number>> & { n: number };
}>('classes/augment_tv');
const arrays = oracleArrays('classes/augment_tv');
const read = (name: string) => {
  const { shape, data } = arrays[name]!;
  return { height: shape[0]!, width: shape[1]!, data: Uint8Array.from(data) };
};
const of = (...ops: string[]) =>
  oracle.cases.filter(({ op, interpolation = '' }) => ops.includes(op) && !/bicubic/.test(interpolation));
const worst = (made: Uint8Array, name: string): number => {
  const expected = arrays[name]!.data;
  expect(made).toHaveLength(expected.length);
  return made.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
};

describe('colours', () => {
  it.each(of('brightness', 'contrast', 'saturation', 'hue'))('are torchvision’s to the bit: $name', (one) => {
    const { data } = read(`in_${one.input}`);
    adjust[one.op as Of](data, one.factor);
    expect(worst(data, one.name)).toBe(0);
  });

  it.each(of('jitter'))('are so in any order, which matters: $name', ({ input, order, factors, name }) => {
    const { data } = read(`in_${input}`);
    for (const which of order) adjust[which](data, factors[which]);
    expect(worst(data, name)).toBe(0);
  });
});

describe('places', () => {
  it.each(of('resized_crop'))(
    'of a crop are torchvision’s within a level: $name',
    ({ input, name, ...box }) => {
      const { data, width } = read(`in_${input}`);
      // Pillow rounds to bytes between its two passes, we behind them.
      expect(worst(resizedCrop(data, width, box, 24, 24), name)).toBeLessThanOrEqual(1);
    },
  );

  it('of a picture that is made smaller are so too', () => {
    const { data, height, width } = read('in_b');
    const smaller = scale(data, width, height, 24, 16);
    const centre = { top: 1, left: 5, height: 14, width: 14 };
    expect(worst(resizedCrop(smaller, 24, centre, 14, 14), 'resize_center')).toBeLessThanOrEqual(1);
  });

  it('of a flip, of rotations and shears are torchvision’s to the bit', () => {
    const b = read('in_b');
    expect(worst(flipped(b.data, b.height, b.width), 'hflip')).toBe(0);
    const nearest = oracle.cases.filter(({ interpolation }) => interpolation === 'nearest');
    expect(nearest).toHaveLength(5);
    for (const { name, input, op, degrees_counter_clockwise: degrees, shear_x_degrees: shear } of nearest) {
      const { data, height, width } = read(`in_${input}`);
      const map = op === 'rotate' ? rotationMap(degrees, height, width) : shearMap(shear, height);
      expect([name, worst(moved(data, map, height, width), name)]).toEqual([name, 0]);
    }
  });

  it.each(oracle.erasing)('that are painted over are torchvision’s: $name', ({ name, value, ...box }) => {
    const { data, shape } = arrays[name]!; // [channels, height, width]
    const area = shape[1]! * shape[2]!;
    const plain = arrays.erase_input!.data;
    const mask = new Uint8Array(area * 3);
    paint(mask, shape[2]!, box, [1, 1, 1]);
    const expected = Array.from(plain, (v, i) => (mask[(i % area) * 3] ? value : v));
    expect(Array.from(data)).toEqual(expected);
  });
});

describe('draws', () => {
  const { distribution } = oracle;
  const n = distribution.n;
  const rng = random(1, 'draws');
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const quantile = (values: number[], q: number) =>
    [...values].sort((a, b) => a - b)[Math.floor(q * values.length)]!;

  it('of crops are distributed as torchvision’s', () => {
    const boxes = Array.from({ length: n }, () => drawBox([0.7, 1], [3 / 4, 4 / 3], 400, 300, rng));
    // Where ten tries fail, torchvision takes as much of the picture as has an allowed ratio; 300 × 400 has one.
    const crops = boxes.map((box) => box ?? { width: 300, height: 400 });
    const areas = crops.map(({ width, height }) => (width * height) / 120_000);
    const logs = crops.map(({ width, height }) => Math.log(width / height));
    const [area, aspect] = [distribution.rrc_400x300_area_share!, distribution.rrc_log_aspect!];
    // Two means of 4,000 draws with deviations of .08: their difference has one of .0018, and four of those are .007.
    expect(Math.abs(mean(areas) - area.mean!)).toBeLessThan(0.007);
    expect(Math.abs(quantile(areas, 0.95) - area.q95!)).toBeLessThan(0.015);
    expect(Math.abs(mean(logs) - aspect.mean!)).toBeLessThan(0.007);
    expect(Math.min(...areas)).toBeGreaterThan(0.695);
    expect(Math.min(...logs)).toBeGreaterThan(Math.log(3 / 4) - 0.01);
  });

  it('of rectangles to be erased are too', () => {
    const { area, ratio } = strongRecipe.erasing;
    const boxes = Array.from({ length: n }, () => drawBox(area, ratio, 224, 224, rng)!);
    const shares = boxes.map(({ width, height }) => (width * height) / 224 ** 2);
    const logs = boxes.map(({ width, height }) => Math.log(height / width));
    const expected = distribution.erasing_area_share!;
    expect(Math.abs(mean(shares) - expected.mean!)).toBeLessThan(0.005);
    expect(Math.abs(quantile(shares, 0.05) - expected.q05!)).toBeLessThan(0.005);
    expect(Math.abs(quantile(shares, 0.95) - expected.q95!)).toBeLessThan(0.005);
    // Deviations of .69: four of the difference of two means are .062.
    expect(Math.abs(mean(logs) - distribution.erasing_log_aspect!.mean!)).toBeLessThan(0.062);
  });

  it('lie within the picture, and leave out what is switched off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.integer(), (size, seed) => {
        const { crop, erased, jitter } = drawRecipe(strongRecipe, size, size, random(seed));
        for (const box of [crop, ...(erased ? [erased] : [])]) {
          expect(Math.min(box.top, box.left)).toBeGreaterThanOrEqual(0);
          expect(Math.max(box.top + box.height, box.left + box.width)).toBeLessThanOrEqual(size);
        }
        expect(jitter.map(({ of }) => of).sort()).toEqual(['brightness', 'contrast', 'hue', 'saturation']);
        expect(jitter.find(({ of }) => of === 'hue')?.factor).toBe(0);
      }),
    );
  });
});

describe('a recipe', () => {
  const off: RecipeSettings = {
    crop: { least: 1, ratio: [1, 1] },
    horizontalFlip: false,
    jitter: { brightness: 0, contrast: 0, saturation: 0, hue: 0 },
    rotation: 0,
    shear: 0,
    erasing: { ...strongRecipe.erasing, probability: 0 },
  };
  const size = 24;
  const { data: pixels } = read('in_a');
  const copies = [{ picture: 'a', variant: 1 }];
  const threads = openThreads(2);
  afterAll(() => threads.close());

  it('changes nothing when all is off, and leaves the original as it was', () => {
    const draw = drawRecipe(off, size, size, random(3));
    expect(applyRecipe(pixels, draw, size, size)).toEqual(pixels);
    const before = pixels.slice();
    applyRecipe(pixels, drawRecipe(strongRecipe, size, size, random(3)), size, size);
    expect(pixels).toEqual(before);
  });

  it('makes the same copy for the same seed, in threads too, and another for another', async () => {
    const input = { pixels, size, copies, settings: strongRecipe, seed: 5 };
    const made = augment(input);
    expect(made).not.toEqual(pixels);
    expect(await augmentTogether(input, threads)).toEqual(made);
    expect(augment({ ...input, seed: 6 })).not.toEqual(made);
  });
});
