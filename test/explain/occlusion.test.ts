import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { type OcclusionInput, occlusion } from '../../lib/explain/occlusion';
import { withCode } from '../data/close';

const drawn = (count: number, label: string): Uint8Array => {
  const { integer } = random(5, label);
  return Uint8Array.from({ length: count }, () => integer(0, 255));
};

/** A linear score: Σ weight · byte, over each picture. */
const linear =
  (weights: ArrayLike<number>): OcclusionInput['score'] =>
  (pixels, count) =>
    Array.from({ length: count }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * pixels[i * weights.length + k]!;
      return sum;
    });

describe('occlusion', () => {
  it('is, for a linear score, what the colours under the patch differ from the mean, averaged over the patches of a pixel', async () => {
    const [width, height, patch, stride] = [7, 5, 3, 2];
    const each = width * height * 3;
    const weights = Array.from({ length: each }, random(5, 'weights').normal);
    const lefts = [0, 2, 4]; // every second pixel; the last ends at the edge
    const tops = [0, 2];
    for (const picture of ['one', 'two']) {
      const whole = drawn(each, picture);
      const { map, score } = await occlusion({
        ...{ pixels: whole, width, height, patch, stride },
        score: linear(weights),
      });
      const mean = [0, 1, 2].map((channel) => {
        const values = whole.filter((_, i) => i % 3 === channel);
        return Math.round(values.reduce((a, b) => a + b, 0) / values.length);
      });
      const loss = (left: number, top: number): number => {
        let sum = 0;
        for (let y = top; y < top + patch; y++) {
          for (let x = left; x < left + patch; x++) {
            for (let c = 0; c < 3; c++) {
              const at = 3 * (y * width + x) + c;
              sum += weights[at]! * (whole[at]! - mean[c]!);
            }
          }
        }
        return sum;
      };
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const covering = tops
            .flatMap((top) => lefts.map((left) => ({ left, top })))
            .filter(({ left, top }) => x >= left && x < left + patch && y >= top && y < top + patch);
          const expected =
            covering.reduce((sum, { left, top }) => sum + loss(left, top), 0) / covering.length;
          // scores of thousands; float32 in the map only
          expect(map.values[y * width + x]).toBeCloseTo(expected, 2);
        }
      }
      const [expected] = Array.from(linear(weights)(whole, 1));
      expect(score).toBe(expected);
    }
  });

  it('puts the whole difference where it is: a score of one corner moves under patches that reach it only', async () => {
    const pixels = new Uint8Array(8 * 8 * 3);
    pixels.fill(255, 0, 3); // one white pixel, top left
    const { map } = await occlusion({
      pixels,
      width: 8,
      height: 8,
      patch: 2,
      stride: 2,
      score: (batch, count) => Array.from({ length: count }, (_, i) => batch[i * 192]! / 255),
    });
    const mean = Math.round(255 / 64);
    map.values.forEach((value, i) => {
      const reached = i % 8 < 2 && i < 16;
      expect(value).toBeCloseTo(reached ? 1 - mean / 255 : 0, 6);
    });
  });

  it('takes the mean colour from where the picture lies', async () => {
    // Black padding beside a grey picture: hiding grey under its own mean changes nothing.
    const pixels = new Uint8Array(4 * 4 * 3);
    pixels.fill(100, 0, 24);
    const box = { left: 0, top: 0, width: 4, height: 2 };
    const sum: OcclusionInput['score'] = linear(Array.from({ length: 48 }, () => 1));
    const input = { pixels, width: 4, height: 4, patch: 2, stride: 2, score: sum };
    const { map } = await occlusion({ ...input, box });
    expect([...map.values.slice(0, 8)]).toEqual(Array.from({ length: 8 }, () => 0));
    expect([...map.values.slice(8)]).toEqual(Array.from({ length: 8 }, () => -1200)); // 12 bytes from 0 to 100
    const plain = await occlusion(input);
    expect(plain.map.values[0]).toBe(600); // 12 bytes from 100 to 50
  });

  it('does not depend on the batch size, nor change the pictures, and is level for a score that is', async () => {
    const pixels = drawn(48, 'batches');
    const original = Uint8Array.from(pixels);
    const score = linear(Array.from({ length: 48 }, random(5, 'more weights').normal));
    const input = { pixels, width: 4, height: 4, patch: 2, stride: 1, score };
    const sizes: number[] = [];
    const one = await occlusion({ ...input, batchSize: 1 });
    const counted: OcclusionInput['score'] = (batch, count) => {
      sizes.push(count);
      return score(batch, count);
    };
    expect(await occlusion({ ...input, batchSize: 4, score: counted })).toEqual(one);
    expect(sizes).toEqual([4, 4, 2]); // 9 places and the picture itself
    expect(pixels).toEqual(original);
    const level = await occlusion({ ...input, score: (_, count) => new Float32Array(count).fill(7) });
    expect(level.map.values.every((value) => value === 0)).toBe(true);
    expect(level.score).toBe(7);
  });

  it('covers every pixel, whatever patch and stride', async () => {
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 12 }),
      height: fc.integer({ min: 1, max: 12 }),
      patch: fc.integer({ min: 1, max: 12 }),
      stride: fc.integer({ min: 1, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        fc.pre(size.stride <= size.patch && size.patch <= Math.min(size.width, size.height));
        const pixels = new Uint8Array(size.width * size.height * 3).fill(9);
        let calls = 0;
        const score: OcclusionInput['score'] = (_, count) =>
          Array.from({ length: count }, () => (calls++ === 0 ? 1 : 0)); // the whole picture comes first
        const { map } = await occlusion({ ...size, pixels, score });
        expect([...map.values].every((value) => value === 1)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('shows how far it is and stops when told to', async () => {
    const abort = new AbortController();
    const progress: [number, number][] = [];
    const input: OcclusionInput = {
      pixels: new Uint8Array(48),
      width: 4,
      height: 4,
      patch: 2,
      stride: 2,
      batchSize: 4,
      score: (_, count) => new Float32Array(count),
      onProgress: (done, total) => progress.push([done, total]),
      signal: abort.signal,
    };
    await occlusion(input);
    expect(progress).toEqual([
      [4, 5],
      [5, 5],
    ]);
    const stopped = occlusion({ ...input, onProgress: () => abort.abort() });
    await expect(stopped).rejects.toEqual(withCode('INTERRUPTED'));
  });

  it('refuses scores that are no numbers', async () => {
    const fine: OcclusionInput = {
      pixels: new Uint8Array(48),
      width: 4,
      height: 4,
      patch: 2,
      stride: 2,
      score: (_, count) => new Float32Array(count),
    };
    const wrong: Partial<OcclusionInput>[] = [
      { score: (_, count) => new Float32Array(count).fill(Number.NaN) },
      { score: () => [] },
    ];
    for (const change of wrong) {
      await expect(occlusion({ ...fine, ...change })).rejects.toEqual(withCode('BAD_INPUT'));
    }
  });
});
