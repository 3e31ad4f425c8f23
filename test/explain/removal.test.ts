import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import {
  centreMap,
  coarsened,
  controlMaps,
  controlNames,
  edgeMap,
  type PlacedPicture,
  randomMap,
} from '../../lib/explain/controls';
import { blurred, meanColour, rankPixels, replaced } from '../../lib/explain/removal';

/** A picture of 8 × 4 pixels in the middle of a square of 8, its padding in a colour of its own. */
function picture(colour: (x: number, y: number, channel: number) => number, size = 8): PlacedPicture {
  const box = { left: 0, top: size / 4, width: size, height: size / 2 };
  const pixels = new Uint8Array(size * size * 3).fill(77);
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < 3; c++) pixels[3 * ((box.top + y) * size + x) + c] = colour(x, y, c);
    }
  }
  return { pixels, size, box };
}

const noisy = (size = 8): PlacedPicture => {
  const { integer } = random(1, 'noisy picture');
  return picture(() => integer(0, 255), size);
};

/** Of the pixels outside the box, in rows. */
const padding = (pixels: Uint8Array): Uint8Array =>
  Uint8Array.from([...pixels.subarray(0, 48), ...pixels.subarray(144)]);

describe('ranking pixels', () => {
  it('names every pixel of the picture once, by falling values, and none of the padding', () => {
    const values = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(values, fc.nat(), (values, seed) => {
        const map = { width: 8, height: 8, values: Float32Array.from(values) };
        const order = rankPixels(map, noisy(), seed);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, i) => 16 + i));
        const ranked = [...order].map((at) => values[at]!);
        expect(ranked).toEqual([...ranked].sort((a, b) => b - a));
      }),
    );
  });

  it('breaks ties by the seed: a flat map is another random order for each label, the same for the same', () => {
    const flat = { width: 2, height: 2, values: new Float32Array(4) };
    const order = (seed: number, label: string): number[] => [...rankPixels(flat, noisy(), seed, label)];
    expect(order(1, 'a')).toEqual(order(1, 'a'));
    expect(order(1, 'a')).not.toEqual(order(2, 'a'));
    expect(order(1, 'a')).not.toEqual(order(1, 'b'));
    expect(order(1, 'a')).not.toEqual([...order(1, 'a')].sort((a, b) => a - b));
  });

  it('ranks by the up-sampled map', () => {
    const map = { width: 2, height: 1, values: Float32Array.from([0, 1]) }; // rises to the right
    const columns = [...rankPixels(map, noisy(), 1)].map((at) => at % 8);
    expect(new Set(columns.slice(0, 8))).toEqual(new Set([6, 7])); // the outer two are equal: carried on
    expect(new Set(columns.slice(-8))).toEqual(new Set([0, 1]));
  });
});

describe('what removed pixels become', () => {
  it('is the mean colour of the picture, without its padding', () => {
    const given = picture((x, _, channel) => (channel === 0 ? x * 10 : channel === 1 ? 40 : 3));
    const filled = meanColour(given);
    expect([...filled.subarray(48, 51)]).toEqual([35, 40, 3]); // 0, 10, … 70
    expect(new Set(filled.subarray(48, 144))).toEqual(new Set([35, 40, 3]));
    expect(padding(filled)).toEqual(padding(given.pixels));
  });

  it('is a blur that leaves a plain picture and the padding as they are', async () => {
    const plain = picture((_x, _y, channel) => 50 * channel + 20);
    expect(await blurred(plain)).toEqual(plain.pixels);
    expect(padding(await blurred(noisy()))).toEqual(padding(noisy().pixels));
  });

  it('spreads a white stripe like a Gaussian of an eighth of the square', async () => {
    // A stripe as high as the picture, so that only the direction across matters.
    const size = 96;
    const given = picture((x) => (x >= 46 && x < 50 ? 250 : 0), size);
    const row = (await blurred(given)).subarray(3 * 48 * size, 3 * 49 * size);
    const values = Array.from({ length: size }, (_, x) => row[3 * x]!);
    const total = values.reduce((a, b) => a + b);
    const centre = values.reduce((sum, value, x) => sum + value * x, 0) / total;
    const deviation = Math.sqrt(values.reduce((sum, value, x) => sum + value * (x - centre) ** 2, 0) / total);
    expect(centre).toBeCloseTo(47.5, 6);
    // 12 px asked for; values below half a level are rounded away, which makes it a few % less.
    expect(deviation).toBeGreaterThan(10.8);
    expect(deviation).toBeLessThan(13.2);
  });

  it('comes to the first pixels of the order and to no others', () => {
    const given = noisy();
    const fill = meanColour(given);
    const order = rankPixels(randomMap(8, 8, 3), given, 3);
    const part = replaced(given.pixels, fill, order, 10);
    const gone = new Set(order.subarray(0, 10));
    for (let at = 0; at < 64; at++) {
      const source = gone.has(at) ? fill : given.pixels;
      expect(part.subarray(3 * at, 3 * at + 3)).toEqual(source.subarray(3 * at, 3 * at + 3));
    }
    expect(replaced(given.pixels, fill, order, 0)).toEqual(given.pixels);
    expect(replaced(given.pixels, fill, order, order.length)).toEqual(fill);
  });
});

describe('maps that know nothing', () => {
  it('of edges are Sobel’s gradient, and know no edge between picture and padding', () => {
    const plain = edgeMap(picture(() => 200));
    expect(plain.values.every((value) => value === 0)).toBe(true);
    // Brightness rises by 10 a column: 8 times that inside, by the weights 1 + 2 + 1 and a distance of 2; half at the carried-on ends.
    const ramp = edgeMap(picture((x) => 10 * x));
    expect([...ramp.values.subarray(24, 32)]).toEqual([40, 80, 80, 80, 80, 80, 80, 40]);
    expect(padding(Uint8Array.from({ length: 192 }, (_, i) => ramp.values[Math.floor(i / 3)]!))).toEqual(
      new Uint8Array(96),
    );
  });

  it('of edges have the gradient of a step in any direction', () => {
    const down = edgeMap(picture((_, y) => (y < 2 ? 0 : 90)));
    expect([...down.values.subarray(16, 48)].map((value, i) => [Math.floor(i / 8), value])).toEqual(
      Array.from({ length: 32 }, (_, i) => {
        const row = Math.floor(i / 8);
        return [row, row === 1 || row === 2 ? 360 : 0];
      }),
    );
  });

  it('of the centre are a Gaussian of a quarter of the sides', () => {
    const { box, size } = noisy(96);
    const { values } = centreMap({ box, size });
    const at = (x: number, y: number): number => values[(box.top + y) * size + x]!;
    expect(at(47, 23)).toBeCloseTo(Math.exp(-(0.25 / 24 ** 2 + 0.25 / 12 ** 2) / 2), 5); // half a pixel beside the middle
    expect(at(71, 23) / at(47, 23)).toBeCloseTo(Math.exp(-(23.5 ** 2 - 0.25) / (2 * 24 ** 2)), 5);
    expect(at(47, 35) / at(47, 23)).toBeCloseTo(Math.exp(-(11.5 ** 2 - 0.25) / (2 * 12 ** 2)), 5);
    expect(values[0]).toBe(0);
  });

  it('can be made as coarse as a method: means of what falls into each place', () => {
    const fine = { width: 4, height: 2, values: Float32Array.from([1, 3, 5, 7, 1, 3, 9, 11]) };
    expect(coarsened(fine, 2, 1).values).toEqual(Float32Array.from([2, 8]));
    expect(coarsened(fine, 4, 2)).toEqual(fine);
    const uneven = coarsened(noisyMap(7, 5), 3, 2);
    expect(uneven.values).toHaveLength(6);
    expect([...uneven.values].every(Number.isFinite)).toBe(true);
  });

  it('come in the size of each method, noise of its own for each picture', () => {
    const given = noisy(96);
    const controls = controlMaps(
      given,
      [
        { width: 3, height: 3 },
        { width: 6, height: 6 },
      ],
      1,
      'a',
    );
    const { random: noise, centre, edges } = controlNames({ width: 6, height: 6 });
    expect(Object.keys(controls)).toHaveLength(6);
    for (const name of [noise, centre, edges]) expect(controls[name]!.values).toHaveLength(36);
    expect(controlMaps(given, [{ width: 6, height: 6 }], 1, 'a')[noise]).toEqual(controls[noise]);
    expect(controlMaps(given, [{ width: 6, height: 6 }], 1, 'b')[noise]).not.toEqual(controls[noise]);
  });
});

const noisyMap = (width: number, height: number) => randomMap(width, height, 9);
