import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lanczos, planLanczos } from '../../lib/images/lanczos';
import { lanczos as exactLanczos, psnr, wavePixels } from './pictures';

const scaled = (pixels: Uint8Array, width: number, height: number, toWidth: number, toHeight: number) => [
  ...lanczos(planLanczos(width, height, toWidth, toHeight), pixels),
];

const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 7919 + ((i * i) % 251)) % 256);

/** The largest difference from sums in doubles, in grey levels. */
function worst(pixels: Uint8Array, from: [number, number], to: [number, number]): number {
  const exact = exactLanczos(pixels, ...from, ...to);
  return scaled(pixels, ...from, ...to).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - exact[i]!)),
    0,
  );
}

const side = fc.integer({ min: 1, max: 70 });

describe('lanczos', () => {
  it('is the sum of weighted pixels, rounded, for any shapes', () => {
    fc.assert(
      fc.property(side, side, side, side, (width, height, toWidth, toHeight) => {
        // Half a level is rounding. Weights in 1/16384, up to 400 of which have a part in a pixel of noise, add the rest.
        expect(worst(noise(width * height * 3), [width, height], [toWidth, toHeight])).toBeLessThan(0.6);
      }),
      { numRuns: 150 },
    );
  });

  it('is so for the shapes of decoded thumbnails and of whole screenshots', () => {
    for (const [width, height] of [
      [300, 169],
      [169, 300],
      [240, 135],
    ] as const) {
      const to: [number, number] = width > height ? [96, 54] : [54, 96];
      expect(worst(noise(width * height * 3), [width, height], to)).toBeLessThan(0.6);
      expect(
        psnr(
          scaled(wavePixels(width, height), width, height, ...to),
          exactLanczos(wavePixels(width, height), width, height, ...to),
        ),
      ).toBeGreaterThan(58); // rounding alone leaves 58.9 dB
    }
  });

  it('leaves plain areas exactly as they are, and a picture of the wanted size too', () => {
    fc.assert(
      fc.property(side, side, side, side, fc.nat(255), (width, height, toWidth, toHeight, level) => {
        const plain = new Uint8Array(width * height * 3).fill(level);
        expect(new Set(scaled(plain, width, height, toWidth, toHeight))).toEqual(new Set([level]));
        const same = noise(width * height * 3);
        expect(scaled(same, width, height, width, height)).toEqual([...same]);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what overshoots within bytes: a black and white edge', () => {
    const edge = Uint8Array.from({ length: 40 * 3 }, (_, i) => (i < 60 ? 0 : 255));
    const larger = scaled(edge, 40, 1, 93, 2);
    expect(Math.min(...larger)).toBe(0);
    expect(Math.max(...larger)).toBe(255);
    expect(larger.slice(0, 30)).toEqual(Array(30).fill(0));
  });

  it('does not depend on what was scaled before', () => {
    const pixels = noise(20 * 12 * 3);
    const alone = scaled(pixels, 20, 12, 10, 6);
    scaled(new Uint8Array(64 * 64 * 3).fill(255), 64, 64, 30, 30); // leaves its pixels in the module's memory
    expect(scaled(pixels, 20, 12, 10, 6)).toEqual(alone);
  });

  it('shows as much of the decoded picture as is asked for', () => {
    // A decoder makes 5 of 9 columns at half size: the last one stands for one column only.
    const ramp = Uint8Array.from({ length: 5 * 3 }, (_, i) => 40 * Math.floor(i / 3));
    const shown = (span: number): number[] => {
      const made = lanczos(planLanczos(5, 1, 3, 3, span, 1), ramp);
      return [made[0]!, made[3]!, made[6]!];
    };
    const [whole, less] = [shown(5), shown(4.5)];
    // The centres of the last third are at 4.17 and 3.75 of the ramp's 5 columns: 147 and 130 were there no sides.
    expect(whole[1]).toBe(80);
    expect(less[1]).toBeLessThan(80);
    expect(less[2]).toBeLessThan(whole[2]!);
  });
});
