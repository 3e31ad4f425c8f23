import { describe, expect, it } from 'vitest';
import { type Random, random } from '../../lib/core/random';
import { coreSettings, readSettings } from '../../lib/core/settings';
import { type AugmentSettings, drawTransform } from '../../lib/images/augment';
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
    const config = readSettings('demo', coreSettings, { REPORT_ROTATION: '0' }, '/');
    expect(drawTransform(config, 96, random(1)).theta).toBe(0);
  });
});
