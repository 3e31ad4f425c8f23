import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../../lib/core/random';
import { randomViews, type ViewSettings } from '../../../../lib/studies/prices/base/views';
import { loadTensorFlow, type TensorFlow } from '../../../../lib/tensorflow/backend';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const from = 48;
/** Each pixel tells where it is and in which picture: column, row and index in red, green and blue. */
const pixels = Uint8Array.from({ length: 2 * from * from * 3 }, (_, i) => {
  const [picture, y, x] = [
    Math.floor(i / (3 * from * from)),
    Math.floor(i / (3 * from)) % from,
    Math.floor(i / 3) % from,
  ];
  return [20 + 4 * x, 20 + 4 * y, 50 + 100 * picture][i % 3]!; // three colours
});
const still: ViewSettings = { height: 32, width: 32, scale: [1, 1], brightness: 0, hue: 0 };

/** Grey levels `[batch][height, width, 3]` of the views of a seed. */
function views(settings: ViewSettings, seed: number): number[][] {
  const values = tf.tidy(() => [...randomViews(pixels, 2, from, settings, random(seed, 'views')).dataSync()]);
  const half = values.length / 2;
  return [values.slice(0, half), values.slice(half)].map((view) => view.map((value) => (value + 1) * 127.5));
}

/** Where a view of 32 × 32 pixels lies, if all it shows is a window on picture `index` in its own scale, else null. */
function placeOf(view: number[], index: number): string | null {
  const at = (y: number, x: number, c: number) => view[(y * 32 + x) * 3 + c]!; // within the view
  const [left, top] = [(at(0, 0, 0) - 20) / 4, (at(0, 0, 1) - 20) / 4];
  const pace = at(0, 1, 0) > at(0, 0, 0) ? 1 : -1;
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) {
      const expected = [20 + 4 * (left + pace * x), 20 + 4 * (top + y), 50 + 100 * index];
      if (expected.some((value, c) => Math.abs(at(y, x, c) - value) > 0.05)) return null;
    }
  }
  return `${pace} ${left.toFixed(3)} ${top.toFixed(3)}`;
}

describe('views of pictures', () => {
  it('of the size of the picture are the picture itself, or its mirror image', () => {
    const whole = { ...still, height: from, width: from };
    const bytes = from * from * 3;
    const seen = new Set<boolean>();
    for (let seed = 0; seed < 8; seed++) {
      views(whole, seed).forEach((view, i) => {
        const own = [...pixels.subarray(i * bytes, (i + 1) * bytes)];
        const mirror = own.map((_, k) => {
          const [y, x, c] = [Math.floor(k / (3 * from)), Math.floor(k / 3) % from, k % 3];
          return own[(y * from + from - 1 - x) * 3 + c]!; // within the picture
        });
        const distance = (other: number[]) =>
          Math.max(...view.map((value, k) => Math.abs(value - other[k]!)));
        const [plain, mirrored] = [distance(own), distance(mirror)];
        seen.add(plain < mirrored);
        expect(Math.min(plain, mirrored)).toBeLessThan(0.05); // a grey level is 255 float32 steps of a bilinear weight
      });
    }
    expect(seen.size).toBe(2); // some are mirrored, some are not
  });

  it('that are smaller show a part of their own picture, in other places for other seeds', () => {
    const places = [1, 2, 3].flatMap((seed) => views(still, seed).map((view, i) => placeOf(view, i)));
    expect(places).not.toContain(null);
    expect(new Set(places).size).toBeGreaterThan(3);
  });

  it('are black outside of the picture, and brighter by no more than was asked for', () => {
    const wide = { ...still, height: 96, width: 96 };
    const [view] = views(wide, 1);
    expect(view!.slice(0, 96 * 3).every((value) => Math.abs(value) < 1e-4)).toBe(true);
    const [bright] = views({ ...wide, brightness: 0.2, hue: 0 }, 1);
    const ratios = bright!.flatMap((value, i) => (view![i]! > 1 ? [value / view![i]!] : []));
    expect(Math.max(...ratios)).toBeLessThan(1.2 + 1e-4);
    expect(Math.min(...ratios)).toBeGreaterThan(0.8 - 1e-4);
    expect(Math.max(...ratios)).not.toBeCloseTo(1, 2);
  });

  it('have other hues but the same greys: the mean of the three colours stays, and so does their spread', () => {
    const plain = views(still, 1)[0]!; // two views
    const turned = views({ ...still, hue: 180 }, 1)[0]!;
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

  it('of the same seed are the same, and no tensor but the result is left', () => {
    expect(views(still, 3)).toEqual(views(still, 3));
    const before = tf.memory().numTensors;
    randomViews(pixels, 2, from, still, random(1, 'views')).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
