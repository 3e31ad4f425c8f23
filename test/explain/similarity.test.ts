import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import type { HeatMap } from '../../lib/explain/heatMap';
import { mapSimilarity, ssim } from '../../lib/explain/similarity';
import { withCode } from '../data/close';

const map = (width: number, height: number, value: (i: number) => number): HeatMap => ({
  width,
  height,
  values: Float32Array.from({ length: width * height }, (_, i) => value(i)),
});
const noise = (side: number, label: string): HeatMap => {
  const { next } = random(1, label);
  return map(side, side, next);
};

/** Wang et al.'s formula for maps of one window, written out with sums instead of means. */
function oneWindow(a: HeatMap, b: HeatMap): number {
  const weight = (i: number, side: number): number => Math.exp(-((i - (side - 1) / 2) ** 2) / (2 * 1.5 ** 2));
  const w = [...a.values.keys()].map(
    (i) => weight(i % a.width, a.width) * weight(Math.floor(i / a.width), a.height),
  );
  const all = w.reduce((x, y) => x + y);
  const sum = (f: (i: number) => number): number => w.reduce((total, x, i) => total + x * f(i), 0) / all;
  const [ma, mb] = [sum((i) => a.values[i]!), sum((i) => b.values[i]!)];
  const va = sum((i) => a.values[i]! ** 2) - ma ** 2;
  const vb = sum((i) => b.values[i]! ** 2) - mb ** 2;
  const cov = sum((i) => a.values[i]! * b.values[i]!) - ma * mb;
  return ((2 * ma * mb + 0.0001) * (2 * cov + 0.0009)) / ((ma ** 2 + mb ** 2 + 0.0001) * (va + vb + 0.0009));
}

describe('structural similarity', () => {
  it.each([2, 3, 7, 11])('is the formula in one window for maps of %d places a side', (side) => {
    const [a, b] = [noise(side, 'a'), noise(side, 'b')];
    expect(ssim(a, b)).toBeCloseTo(oneWindow(a, b), 9);
  });

  it('averages over all positions of the window in larger maps', () => {
    const [a, b] = [noise(12, 'a'), noise(12, 'b')];
    const cut = (from: HeatMap, left: number, top: number): HeatMap =>
      map(11, 11, (i) => from.values[(top + Math.floor(i / 11)) * 12 + left + (i % 11)]!);
    const four = [0, 1].flatMap((top) =>
      [0, 1].map((left) => oneWindow(cut(a, left, top), cut(b, left, top))),
    );
    expect(ssim(a, b)).toBeCloseTo(four.reduce((x, y) => x + y) / 4, 9);
  });

  it('is 1 for equal maps, near 0 for noise, below 0 for a negative, and the same both ways', () => {
    const a = noise(24, 'a');
    expect(ssim(a, a)).toBeCloseTo(1, 12);
    expect(Math.abs(ssim(a, noise(24, 'b')))).toBeLessThan(0.1); // means alike, structure not: measured 0.0
    expect(ssim(a, { ...a, values: a.values.map((value) => 1 - value) })).toBeLessThan(-0.5);
    expect(ssim(noise(5, 'a'), noise(5, 'b'))).toBeCloseTo(ssim(noise(5, 'b'), noise(5, 'a')), 12);
  });

  it('stays between −1 and 1, constant maps included', () => {
    const values = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const found = ssim(
          map(3, 3, (i) => a[i]!),
          map(3, 3, (i) => b[i]!),
        );
        expect(found).toBeGreaterThanOrEqual(-1 - 1e-9);
        expect(found).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
    expect(
      ssim(
        map(3, 3, () => 0),
        map(3, 3, () => 0),
      ),
    ).toBe(1);
  });

  it('refuses maps of two sizes', () => {
    expect(() => ssim(noise(3, 'a'), noise(4, 'a'))).toThrow(withCode('BAD_INPUT'));
  });
});

describe('how alike two raw maps are', () => {
  const signed = map(3, 3, (i) => i - 4.5);

  it('does not depend on their unit', () => {
    const scaled = { ...signed, values: signed.values.map((value) => 1000 * value) };
    expect(mapSimilarity(signed, scaled)).toEqual({
      correlation: expect.closeTo(1, 9),
      magnitude: expect.closeTo(1, 9),
      ssim: expect.closeTo(1, 6),
    });
  });

  it('tells a map turned upside down by the sign, not by the magnitudes', () => {
    const turned = { ...signed, values: signed.values.map((value) => -value) };
    const { correlation, magnitude, ssim } = mapSimilarity(signed, turned);
    expect([correlation, magnitude, ssim].map((value) => Number(value.toFixed(6)))).toEqual([-1, 1, 1]);
  });

  it('is 0 in ranks beside a map that is zero everywhere', () => {
    expect(
      mapSimilarity(
        signed,
        map(3, 3, () => 0),
      ),
    ).toMatchObject({ correlation: 0, magnitude: 0 });
  });
});
