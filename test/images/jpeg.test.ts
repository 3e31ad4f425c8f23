import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { isClosed, readJpegHeader } from '../../lib/images/jpeg';
import { oracleArrays, oracleJson } from '../oracle';
import { picture, wavePixels } from './pictures';

const jpeg = (width: number, height: number) => picture(wavePixels(width, height), width, height).jpeg();

describe('the header of a JPEG file', () => {
  const { cases } = oracleJson<{ cases: Record<string, { width: number; height: number }> }>('prepare');
  it.each(Object.entries(cases))('tells the size that Pillow sees: %s', (name, { width, height }) => {
    const content = oracleArrays('prepare')[`${name}/jpeg`]!.data as Uint8Array;
    const components = name === 'grey' ? 1 : 3;
    expect(readJpegHeader(content)).toMatchObject({
      ...{ width, height, components, orientation: 1, profile: false },
      ...{ frame: name === 'progressive' ? 0xc2 : 0xc0, precision: 8, simple: true },
    });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('tells the EXIF orientation %i', async (orientation) => {
    const content = await jpeg(40, 30).withMetadata({ orientation }).toBuffer();
    expect(readJpegHeader(content)).toMatchObject({ width: 40, height: 30, orientation });
  });

  it('tells an orientation written with the highest byte first, and that a directory makes no sense', () => {
    const header = (tiff: number[]): Uint8Array => {
      const exif = [...Buffer.from('Exif\0\0'), ...tiff];
      const frame = [0xff, 0xc0, 0, 17, 8, 0, 5, 0, 7, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1];
      return Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2, ...exif, ...frame]);
    };
    const entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0];
    const big = [...Buffer.from('MM'), 0, 42, 0, 0, 0, 8, 0, 1, ...entry, 0, 0, 0, 0];
    expect(readJpegHeader(header(big))).toMatchObject({ width: 7, height: 5, orientation: 6 });
    const nowhere = [...big];
    nowhere[7] = 200; // the directory lies behind the end
    expect(readJpegHeader(header(nowhere))).toMatchObject({ orientation: 0 });
    const absurd = [...big];
    absurd[19] = 9;
    expect(readJpegHeader(header(absurd))).toMatchObject({ orientation: 0 });
    expect(readJpegHeader(header([1, 2, 3]))).toMatchObject({ orientation: 0 });
  });

  it('tells whether there is a colour profile, and how many components there are', async () => {
    const profiled = await jpeg(40, 30).withIccProfile('p3').toBuffer();
    expect(readJpegHeader(profiled)).toMatchObject({ profile: true, components: 3 });
    const cmyk = await jpeg(40, 30).toColourspace('cmyk').toBuffer();
    expect(readJpegHeader(cmyk)).toMatchObject({ components: 4 });
  });

  it('is null for anything else, and for a file that ends before its first frame, wherever it is cut', async () => {
    expect(readJpegHeader(new Uint8Array(0))).toBeNull();
    expect(
      readJpegHeader(
        await sharp(await jpeg(9, 9).toBuffer())
          .png()
          .toBuffer(),
      ),
    ).toBeNull();
    const content = await jpeg(40, 30).withMetadata({ orientation: 6 }).toBuffer();
    const frame = content.indexOf(Buffer.from([0xff, 0xc0]));
    expect(frame).toBeGreaterThan(20);
    for (let end = 0; end < frame + 10; end++) expect(readJpegHeader(content.subarray(0, end))).toBeNull();
    expect(readJpegHeader(content.subarray(0, frame + 12))).toMatchObject({ width: 40 });
  });

  it('is followed by a picture whose end can be seen, unless the file was cut', async () => {
    const content = await jpeg(40, 30).toBuffer();
    expect(isClosed(content)).toBe(true);
    expect(isClosed(Buffer.concat([content, Buffer.alloc(10)]))).toBe(true);
    expect(isClosed(content.subarray(0, content.length - 1))).toBe(false);
    expect(isClosed(new Uint8Array(0))).toBe(false);
  });
});
