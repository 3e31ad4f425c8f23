import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodeJpeg, encodePng } from '../../lib/images/pixels';
import { psnr, wavePixels } from './pictures';

describe('encodePng', () => {
  it('keeps every pixel', async () => {
    const pixels = wavePixels(30, 20);
    const { data, info } = await sharp(await encodePng(pixels, 30, 20))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 30, height: 20, channels: 3 });
    expect([...data]).toEqual([...pixels]);
  });
});

describe('encodeJpeg', () => {
  it('is a JPEG that resembles the pixels, and better at a higher quality', async () => {
    const pixels = wavePixels(96, 96);
    const decoded = async (quality: number) => {
      const file = await encodeJpeg(pixels, 96, 96, quality);
      expect((await sharp(file).metadata()).format).toBe('jpeg');
      return psnr(await sharp(file).raw().toBuffer(), pixels);
    };
    const [low, high] = [await decoded(30), await decoded(95)];
    expect(low).toBeGreaterThan(25); // dB; a smooth picture survives even this quality
    expect(high).toBeGreaterThan(low);
  });
});

it.each([encodePng, encodeJpeg])('%o refuses bytes that are not the shape, and no bytes', async (encode) => {
  await expect(encode(new Uint8Array(26), 3, 3)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(encode(new Uint8Array(0), 0, 0)).rejects.toMatchObject({ code: 'BAD_INPUT' });
});
