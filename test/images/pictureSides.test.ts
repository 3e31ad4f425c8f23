import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pictureSides } from '../../lib/images/pictureSides';

const grey = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: { r: 9, g: 99, b: 199, alpha: 0.5 } } });

describe('the sides of a picture', () => {
  it.each([
    ['JPEG', (width: number, height: number) => grey(width, height).jpeg()],
    ['PNG', (width: number, height: number) => grey(width, height).png()],
    ['GIF', (width: number, height: number) => grey(width, height).gif()],
    ['WebP, extended', (width: number, height: number) => grey(width, height).webp({ quality: 50 })],
    ['WebP, lossy', (width: number, height: number) => grey(width, height).removeAlpha().webp()],
    [
      'WebP, lossless',
      (width: number, height: number) => grey(width, height).removeAlpha().webp({ lossless: true }),
    ],
  ])('are those that sharp reads: %s', async (_, make) => {
    for (const [width, height] of [
      [1, 1],
      [300, 17],
      [259, 1031],
    ] as const) {
      expect(pictureSides(await make(width, height).toBuffer())).toMatchObject({ width, height });
    }
  });

  it('are null for what is no such picture, however short', () => {
    expect(pictureSides(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))).toBe(
      null,
    );
    expect(pictureSides(Buffer.from('a letter, and no picture at all, which is long enough'))).toBe(null);
    const starts = ['\x89PNG\r\n\x1a\n', 'GIF89a', 'RIFF1234WEBPVP8X', '\xff\xd8\xff'].map((text) =>
      Buffer.from(text, 'latin1'),
    );
    for (const start of starts) expect(pictureSides(start)).toBe(null);
  });

  it('never fail, whatever the bytes', () => {
    const start = fc.constantFrom(
      '\x89PNG\r\n\x1a\n',
      'GIF87a',
      'RIFF....WEBPVP8L',
      'RIFF....WEBPVP8 ',
      '\xff\xd8',
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 60 }), (text, rest) => {
        const found = pictureSides(Buffer.concat([Buffer.from(text, 'latin1'), rest]));
        if (found) expect(Math.min(found.width, found.height)).toBeGreaterThan(0);
      }),
    );
  });
});
