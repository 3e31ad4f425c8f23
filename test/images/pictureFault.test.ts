import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { pictureFault } from '../../lib/images/pictureFault';
import { tryPrepareImage } from '../../lib/images/prepare';

/** A picture that no format makes small, so that half a file ends amid its pixels. */
const noise = () => {
  const { uniform } = random(1);
  const pixels = Uint8Array.from({ length: 200 * 150 * 3 }, () => uniform(0, 256));
  return sharp(pixels, { raw: { width: 200, height: 150, channels: 3 } });
};

/** What is said of a picture that cannot be used. */
const reasonOf = async (content: Uint8Array): Promise<string | null> => {
  const result = await tryPrepareImage(content, 32, '#000000');
  return 'reason' in result ? result.reason : null;
};

const half = (whole: Uint8Array) => whole.subarray(0, whole.length / 2);
const damaged = (whole: Uint8Array) =>
  whole.map((byte, i) => (i > whole.length / 2 && i < whole.length / 2 + 200 ? byte ^ 255 : byte));

describe('pictureFault', () => {
  it.each(['jpeg', 'png', 'gif', 'webp'] as const)('knows a %s that ends too early', async (format) => {
    const whole = await noise()
      .toFormat(format, { lossless: format === 'webp' })
      .toBuffer();
    expect(await reasonOf(whole)).toBeNull();
    expect(await reasonOf(half(whole))).toBe('it ends too early');
  });

  it('calls a file damaged that has its end', async () => {
    expect(await reasonOf(damaged(await noise().png().toBuffer()))).toBe('it is damaged');
  });

  it('says what sharp says of a file that is no picture, or too large', () => {
    const of = (message: string) => pictureFault(new Error(message), new Uint8Array(100));
    expect(of('Input buffer contains unsupported image format')).toMatch(/not a picture/);
    expect(of('Input image exceeds pixel limit')).toMatch(/268 million/);
    expect(of('something else')).toBe('it is damaged');
  });

  // libvips keeps one buffer of messages for the process: with its words, a third of these 60 had those of a neighbour, or none.
  it('says the same of a file whatever fails beside it', async () => {
    const [jpeg, png] = [await noise().jpeg().toBuffer(), await noise().png().toBuffer()];
    const files = { cutJpeg: half(jpeg), cutPng: half(png), damagedPng: damaged(png) };
    const alone: (string | null)[] = [];
    for (const file of Object.values(files)) alone.push(await reasonOf(file));
    for (let round = 0; round < 20; round++) {
      expect(await Promise.all(Object.values(files).map(reasonOf))).toEqual(alone);
    }
  });
});
