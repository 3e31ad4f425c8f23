import { describe, expect, it } from 'vitest';
import { random } from '../../../../lib/core/random';
import { measureCount, measuresOf } from '../../../../lib/studies/prices/base/measures';
import type { ViewSettings } from '../../../../lib/studies/prices/base/settings';
import { viewOf } from '../../../../lib/studies/prices/base/views';

const from = 48;
/** Each pixel tells where it is: column and row in red and green. */
const pixels = Uint8Array.from({ length: from * from * 3 }, (_, i) => {
  const [y, x] = [Math.floor(i / (3 * from)), Math.floor(i / 3) % from];
  return [20 + 4 * x, 20 + 4 * y, 50][i % 3]!; // three colours
});
const still: ViewSettings = { side: 32, scale: [1, 1], brightness: 0, hue: 0 };

/** Grey levels of the view of a seed. */
const viewed = (settings: ViewSettings, seed: number): number[] =>
  [...viewOf(pixels, from, settings, random(seed, 'views'))].map((value) => value * 255);

/** Where a view of 32 × 32 pixels lies, if all it shows is a window on the picture in its own scale, else null. */
function placeOf(view: number[]): string | null {
  const at = (y: number, x: number, c: number) => view[(y * 32 + x) * 3 + c]!; // within the view
  const [left, top] = [(at(0, 0, 0) - 20) / 4, (at(0, 0, 1) - 20) / 4];
  const pace = at(0, 1, 0) > at(0, 0, 0) ? 1 : -1;
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) {
      const expected = [20 + 4 * (left + pace * x), 20 + 4 * (top + y), 50];
      if (expected.some((value, c) => Math.abs(at(y, x, c) - value) > 0.05)) return null;
    }
  }
  return `${pace} ${left.toFixed(3)} ${top.toFixed(3)}`;
}

describe('views of pictures', () => {
  it('show a part of the picture, in other places for other seeds, mirrored or not; without a source the middle', () => {
    const places = [1, 2, 3, 4, 5, 6].map((seed) => placeOf(viewed(still, seed)));
    expect(places).not.toContain(null);
    expect(new Set(places).size).toBe(6);
    expect(new Set(places.map((place) => place!.split(' ')[0])).size).toBe(2);
    expect(viewed(still, 3)).toEqual(viewed(still, 3));
    const middle = [...viewOf(pixels, from, still, null)].map((value) => value * 255);
    expect(placeOf(middle)).toBe('1 8.000 8.000');
  });

  it('end at the border of the picture, however large they are to be', () => {
    const view = viewed({ ...still, side: 64, scale: [1, 1.3] }, 2);
    expect(view.every((value) => value >= 19.99 && value <= 20 + 4 * 47 + 0.01)).toBe(true);
  });

  it('are brighter by no more than was asked for', () => {
    const view = viewed(still, 1);
    const bright = viewed({ ...still, brightness: 0.2 }, 1);
    const ratios = bright.flatMap((value, i) => (value < 254.9 ? [value / view[i]!] : []));
    expect(Math.max(...ratios)).toBeLessThan(1.2);
    expect(Math.min(...ratios)).toBeGreaterThan(0.8);
    expect(Math.max(...ratios) - Math.min(...ratios)).toBeLessThan(1e-4); // all by the same share
  });

  it('have other hues but the same greys: the mean of the three colours stays, and so does their spread', () => {
    const plain = viewed(still, 1);
    const turned = viewed({ ...still, hue: 180 }, 1);
    const threes = (values: number[]) =>
      values.flatMap((_, i) => (i % 3 === 0 ? [values.slice(i, i + 3)] : []));
    const sum = (values: number[]) => values.reduce((a, b) => a + b);
    const spread = (values: number[]) => sum(values.map((value) => (value - sum(values) / 3) ** 2));
    let changed = 0;
    threes(turned).forEach((colour, i) => {
      const before = threes(plain)[i]!; // as many
      if (colour.some((value) => value < 0.01 || value > 254.99)) return; // cut off at black or white
      expect(sum(colour)).toBeCloseTo(sum(before), 2);
      expect(Math.abs(spread(colour) / Math.max(1, spread(before)) - 1)).toBeLessThan(1e-3); // float32
      if (Math.abs(colour[0]! - before[0]!) > 10) changed++;
    });
    expect(changed).toBeGreaterThan(100);
  });
});

describe('measures of a picture', () => {
  it('are mean and deviation of each colour in each quarter, and how much neighbours differ there', () => {
    const side = 8;
    // Stripes of 0 and 1 in red on the left half, all else 0.5.
    const striped = Float32Array.from({ length: side * side * 3 }, (_, i) => {
      const x = Math.floor(i / 3) % side;
      return i % 3 === 0 && x < 4 ? x % 2 : 0.5;
    });
    const measures = measuresOf(striped, side);
    expect(measures).toHaveLength(2 * measureCount);
    expect(measures.slice(0, 8)).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0, 0.5, 0]); // red: means, deviations
    const [left, right, , , down] = measures.slice(measureCount, measureCount + 5).map(Math.exp);
    expect(left).toBeCloseTo(1 / 3 + 0.01, 5); // a third of the brightness; three differences of a field
    expect(right).toBeLessThan(0.1);
    expect(down).toBeCloseTo(0.01, 5);
  });
});
