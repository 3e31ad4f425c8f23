import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../lib/config';
import { type AugmentSettings, augmentBatch, drawTransform } from '../../lib/images/augment';
import { type Random, random } from '../../lib/random';
import { oracleJson } from '../oracle';

const settings: AugmentSettings = { rotation: 10, shift: 0.1, shear: 0.1, zoom: 0.1, horizontalFlip: true };
const off: AugmentSettings = { rotation: 0, shift: 0, shear: 0, zoom: 0, horizontalFlip: false };

/** A stream that gives `next` its numbers and counts them. */
function streamOf(next: () => number): Random & { drawn: () => number } {
  let drawn = 0;
  const counted = () => {
    drawn++;
    return next();
  };
  return {
    ...random(0),
    next: counted,
    uniform: (low, high) => low + counted() * (high - low),
    drawn: () => drawn,
  };
}

/** The numbers of numpy's `np.random.seed(seed); np.random.random()`: MT19937 (Matsumoto & Nishimura 1998), 53 bits a draw. */
function numpyRandom(seed: number): () => number {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i++) {
    const last = state[i - 1]!;
    state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
  }
  let place = 624;
  const bits = (): number => {
    if (place === 624) {
      for (let i = 0; i < 624; i++) {
        const y = (state[i]! & 0x80000000) | (state[(i + 1) % 624]! & 0x7fffffff);
        state[i] = state[(i + 397) % 624]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      place = 0;
    }
    let y = state[place++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  return () => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992;
}

describe('drawTransform', () => {
  const draws = oracleJson<{ random: { seed: number; params: Record<string, number> }[] }>('augment').random;

  it.each(draws)('draws what Keras draws from the same random numbers: seed $seed', ({ seed, params }) => {
    const drawn = drawTransform(settings, 24, streamOf(numpyRandom(seed)));
    expect(drawn.flipHorizontal).toBe(Boolean(params.flip_horizontal));
    for (const name of ['theta', 'tx', 'ty', 'shear', 'zx', 'zy'] as const) {
      // The same formula in doubles, up to the order of two products.
      expect(Math.abs(drawn[name] - params[name]!)).toBeLessThan(1e-14);
    }
  });

  it('stays within the ranges of the settings, and reaches near both ends of each', () => {
    const size = 96;
    const rng = random(5);
    const many = Array.from({ length: 2000 }, () => drawTransform(settings, size, rng));
    const ranges = {
      theta: [-10, 10],
      tx: [-9.6, 9.6],
      ty: [-9.6, 9.6],
      shear: [-0.1, 0.1],
      zx: [0.9, 1.1],
      zy: [0.9, 1.1],
    };
    for (const [name, [low, high]] of Object.entries(ranges) as ['theta', [number, number]][]) {
      const values = many.map((params) => params[name]);
      const margin = (high - low) / 100; // the chance that 2,000 draws all miss the outer hundredth is 2e-9
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...values)).toBeLessThan(high);
      expect(Math.min(...values)).toBeLessThan(low + margin);
      expect(Math.max(...values)).toBeGreaterThan(high - margin);
    }
    const flips = many.filter(({ flipHorizontal }) => flipHorizontal).length;
    expect(Math.abs(flips - 1000)).toBeLessThan(5 * Math.sqrt(500)); // 5 standard deviations
  });

  it('is neutral when everything is off, and draws only the flip', () => {
    const rng = streamOf(() => 0.1);
    const neutral = { theta: 0, tx: 0, ty: 0, shear: 0, zx: 1, zy: 1, flipHorizontal: false };
    expect(drawTransform(off, 96, rng)).toEqual(neutral);
    expect(rng.drawn()).toBe(1);
  });

  it('takes its settings from a configuration', () => {
    const config = loadConfig({ REPORT_ROTATION: '0' }, '/');
    expect(drawTransform(config, 96, random(1)).theta).toBe(0);
  });
});

describe('augmentBatch', () => {
  const size = 12;
  const bytes = size * size * 3;
  const batch = (names: readonly string[]) =>
    Uint8Array.from({ length: names.length * bytes }, (_, i) => {
      const name = names[Math.floor(i / bytes)]!;
      return (name.charCodeAt(0) * 31 + (i % bytes) * 17) % 256;
    });
  const augment = (pictures: string[], variant = 1, seed = 42) =>
    augmentBatch(batch(pictures), pictures.length, size, settings, seed, { pictures, variant });
  const row = (pixels: Uint8Array, i: number) => pixels.subarray(i * bytes, (i + 1) * bytes);

  it('gives a picture the same copy in whatever batch and order', () => {
    const names = fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 1 });
    const alone = new Map(['a', 'b', 'c', 'd', 'e'].map((name) => [name, augment([name])]));
    fc.assert(
      fc.property(names, (order) => {
        const together = augment(order);
        order.forEach((name, i) => {
          expect(row(together, i)).toEqual(alone.get(name));
        });
      }),
      { numRuns: 20 },
    );
  });

  it('gives other copies for another variant, another seed and another picture', () => {
    const first = augment(['a']);
    expect(augment(['a'])).toEqual(first);
    expect(augment(['a'], 2)).not.toEqual(first);
    expect(augment(['a'], 1, 43)).not.toEqual(first);
    const same = augmentBatch(batch(['a']), 1, size, settings, 42, { pictures: ['other'], variant: 1 });
    expect(same).not.toEqual(first);
  });

  it('copies bit for bit when everything is off, and leaves the originals alone', () => {
    const pixels = batch(['a', 'b']);
    const before = pixels.slice();
    const labels = { pictures: [7, 8], variant: 1 };
    expect(augmentBatch(pixels, 2, size, off, 42, labels)).toEqual(before);
    augmentBatch(pixels, 2, size, settings, 42, labels);
    expect(pixels).toEqual(before);
  });

  it('refuses bytes or names that do not fit the count', () => {
    const badInput = expect.objectContaining({ code: 'BAD_INPUT' });
    const labels = { pictures: ['a', 'b'], variant: 1 };
    expect(() => augmentBatch(batch(['a']), 2, size, settings, 1, labels)).toThrow(badInput);
    expect(() => augmentBatch(batch(['a']), 1, size, settings, 1, labels)).toThrow(badInput);
  });
});
