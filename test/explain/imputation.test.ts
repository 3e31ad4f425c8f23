import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import type { PlacedPicture } from '../../lib/explain/controls';
import { fillSmoothly, type Gaps, imputeLinear } from '../../lib/explain/imputation';

const weightOf = (across: number, down: number): number => (across === 0 || down === 0 ? 1 / 6 : 1 / 12);

/** The linear system of the paper written out and solved by Gaussian elimination, one channel at a time. */
function eliminated({ width, height, values, missing }: Gaps): Float64Array {
  const result = Float64Array.from(values);
  const places = [...missing.keys()].filter((place) => missing[place]);
  for (let c = 0; c < 3; c++) {
    const rows = places.map((place) => {
      const row = new Array<number>(places.length + 1).fill(0);
      for (let down = -1; down <= 1; down++) {
        for (let across = -1; across <= 1; across++) {
          const [x, y] = [(place % width) + across, Math.floor(place / width) + down];
          if ((across === 0 && down === 0) || x < 0 || y < 0 || x >= width || y >= height) continue;
          const beside = y * width + x;
          const weight = weightOf(across, down);
          row[places.indexOf(place)]! += weight;
          if (missing[beside]) row[places.indexOf(beside)]! -= weight;
          else row[places.length]! += weight * values[3 * beside + c]!;
        }
      }
      return row;
    });
    for (let i = 0; i < rows.length; i++) {
      for (let j = 0; j < rows.length; j++) {
        if (i === j) continue;
        const factor = rows[j]![i]! / rows[i]![i]!; // dominant diagonal: no pivoting
        for (let k = i; k <= rows.length; k++) rows[j]![k]! -= factor * rows[i]![k]!;
      }
    }
    places.forEach((place, i) => {
      result[3 * place + c] = rows[i]![rows.length]! / rows[i]![i]!;
    });
  }
  return result;
}

function gaps(width: number, height: number, share: number, seed: number): Gaps {
  const { next, uniform } = random(seed, 'gaps');
  const missing = Uint8Array.from({ length: width * height }, () => (next() < share ? 1 : 0));
  missing[0] = 0; // one is there
  return {
    width,
    height,
    missing,
    values: Float64Array.from({ length: width * height * 3 }, () => uniform(0, 255)),
  };
}

describe('filling gaps smoothly', () => {
  it.each([
    [9, 7, 0.3],
    [16, 9, 0.8],
    [20, 17, 0.97],
    [3, 2, 0.9],
    [1, 12, 0.7],
  ])('solves the system as elimination does, %d × %d with a share of %d missing', (width, height, share) => {
    for (const seed of [1, 2, 3]) {
      const given = gaps(width, height, share, seed);
      const expected = eliminated(given);
      fillSmoothly(given, 1e-7);
      // Ended by a tolerance of 1e-7; an error may be some hundred times the residual.
      given.values.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4);
      });
    }
  });

  it('ends within about the tolerance', () => {
    const given = gaps(48, 27, 0.8, 4);
    const exact = { ...given, values: Float64Array.from(given.values) };
    fillSmoothly(exact, 1e-7);
    fillSmoothly(given, 0.5);
    const off = given.values.map((value, i) => Math.abs(value - exact.values[i]!));
    expect(off.reduce((a, b) => Math.max(a, b))).toBeLessThan(1); // "about": a factor of two
  });

  it('leaves what is there, and everything when nothing is missing', () => {
    const given = gaps(10, 10, 0.5, 5);
    const before = Float64Array.from(given.values);
    fillSmoothly(given, 0.5);
    given.missing.forEach((missing, place) => {
      if (!missing) {
        expect(given.values.subarray(3 * place, 3 * place + 3)).toEqual(
          before.subarray(3 * place, 3 * place + 3),
        );
      }
    });
    const whole = gaps(5, 5, 0, 5);
    const values = Float64Array.from(whole.values);
    fillSmoothly(whole, 0.5);
    expect(whole.values).toEqual(values);
  });
});

describe('imputing removed pixels', () => {
  const size = 32;
  const box = { left: 0, top: 7, width: 32, height: 18 };
  const pixels = new Uint8Array(size * size * 3).fill(255); // the padding is white
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < 3; c++) pixels[3 * ((box.top + y) * size + x) + c] = 40 + 3 * x + 10 * c;
    }
  }
  const picture: PlacedPicture = { pixels, size, box };
  const removed = Int32Array.from(
    [...Array(12).keys()].flatMap((y) => [...Array(20).keys()].map((x) => (10 + y) * size + 6 + x)),
  );

  it('finds a slope again that goes through the gap: it is the mean of its neighbours everywhere', () => {
    const filled = imputeLinear(picture, removed, { seed: 1, noise: 0, tolerance: 1e-4 });
    expect(filled).toEqual(pixels);
  });

  it('does not let the padding flow in', () => {
    const dark = { ...picture, pixels: Uint8Array.from(pixels, (value) => (value === 255 ? 255 : 50)) };
    const top = Int32Array.from({ length: 3 * size }, (_, i) => 7 * size + i);
    expect(imputeLinear(dark, top, { seed: 1, noise: 0, tolerance: 1e-4 })).toEqual(dark.pixels);
  });

  it('adds noise of a hundredth of the range to removed pixels only, the same for a seed', () => {
    const filled = imputeLinear(picture, removed, { seed: 1 });
    const gone = new Set(removed);
    const off: number[] = [];
    filled.forEach((value, i) => {
      if (gone.has(Math.floor(i / 3))) off.push(value - pixels[i]!);
      else expect(value).toBe(pixels[i]);
    });
    const deviation = Math.sqrt(off.reduce((sum, value) => sum + value * value, 0) / off.length);
    expect(Math.abs(deviation - 2.55)).toBeLessThan(0.3); // 720 draws: a standard error of 0.07, and rounding adds 0.02
    expect(imputeLinear(picture, removed, { seed: 1 })).toEqual(filled);
    expect(imputeLinear(picture, removed, { seed: 2 })).not.toEqual(filled);
  });

  it('gives back the picture when nothing is removed', () => {
    expect(imputeLinear(picture, new Int32Array(), { seed: 1 })).toEqual(pixels);
  });
});
