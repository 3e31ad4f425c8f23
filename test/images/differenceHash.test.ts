import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitCount, differenceHash } from '../../lib/images/differenceHash';
import { prepareImage } from '../../lib/images/prepare';
import { oracleArrays, oracleJson } from '../oracle';
import { bitsApart } from './bits';
import { picture, wavePixels } from './pictures';

const whole = (size: number) => ({ left: 0, top: 0, width: size, height: size });
const hashOf = async (file: Uint8Array, size = 96) => {
  const { pixels, box } = await prepareImage(file, size, '#000000');
  return differenceHash(pixels, size, box)!;
};

describe('differenceHash', () => {
  const { boxes, hashes } = oracleJson<{
    boxes: [number, number, number, number][];
    hashes: { picture: number; bits: number[] }[];
  }>('evaluation');
  const pixels = Uint8Array.from(oracleArrays('evaluation').pictures!.data); // [4, 24, 24, 3]

  it.each(hashes)('has the bits that OpenCV finds for picture $picture', ({ picture, bits }) => {
    const [left, top, width, height] = boxes[picture]!;
    const square = pixels.subarray(picture * 1728, (picture + 1) * 1728);
    const hash = differenceHash(square, 24, { left, top, width, height })!;
    const found = [...hash.across].flatMap((digit) =>
      [8, 4, 2, 1].map((bit) => ((Number.parseInt(digit, 16) & bit) === 0 ? 0 : 1)),
    );
    expect(found).toEqual(bits);
  });

  it('has the bits of a picture by hand: falling to the right everywhere, upwards nowhere', () => {
    const size = 9;
    const falling = Uint8Array.from({ length: size * size * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % size, Math.floor(i / 3 / size)];
      return 200 - 10 * x + 5 * y;
    });
    expect(differenceHash(falling, size, whole(size))).toEqual({
      across: 'ffffffffffffffff',
      down: '0000000000000000',
    });
  });

  it('is turned when the picture is', () => {
    const size = 24;
    const square = pixels.subarray(0, 1728);
    const turned = Uint8Array.from({ length: 1728 }, (_, i) => {
      const [x, y, c] = [Math.floor(i / 3) % size, Math.floor(i / 3 / size), i % 3];
      return square[(x * size + y) * 3 + c]!;
    });
    const [a, b] = [square, turned].map((pixels) => differenceHash(pixels, size, whole(size))!);
    expect([b!.across, b!.down]).toEqual([a!.down, a!.across]);
  });

  it('leaves the padding out, whatever its colour', async () => {
    const wide = await picture(wavePixels(600, 338), 600, 338).png().toBuffer();
    const [black, white] = await Promise.all(
      ['#000000', '#ffffff'].map((colour) => prepareImage(wide, 96, colour)),
    );
    const hash = differenceHash(black!.pixels, 96, black!.box);
    expect(hash).not.toBeNull();
    expect(differenceHash(white!.pixels, 96, white!.box)).toEqual(hash);
  });

  it('has none for flat pictures: one colour, a little noise, a word on black, a gradient one way', () => {
    const size = 96;
    const flat = (value: (x: number, y: number) => number) =>
      differenceHash(
        Uint8Array.from({ length: size * size * 3 }, (_, i) =>
          value(Math.floor(i / 3) % size, Math.floor(i / 3 / size)),
        ),
        size,
        whole(size),
      );
    expect(flat(() => 0)).toBeNull();
    expect(flat(() => 255)).toBeNull();
    expect(flat((x, y) => 100 + ((x * 7 + y * 13) % 3))).toBeNull();
    expect(flat((x, y) => (x > 40 && x < 56 && y > 44 && y < 52 ? 255 : 0))).toBeNull();
    expect(flat((_x, y) => y * 2)).toBeNull();
    expect(flat((x, y) => 60 + x + y)).not.toBeNull();
  });

  it('changes few bits with JPEG quality, size, brightness and contrast', async () => {
    const original = picture(wavePixels(600, 338, 1), 600, 338);
    const hash = await hashOf(await original.clone().png().toBuffer());
    const others = {
      quality50: original.clone().jpeg({ quality: 50 }),
      smaller: original.clone().resize(320, 180).jpeg(),
      brighter: original.clone().modulate({ brightness: 1.08 }).jpeg(),
      softer: original.clone().linear(0.9, 10).webp(),
    };
    for (const [name, other] of Object.entries(others)) {
      const { across, down } = await hashOf(await other.toBuffer());
      expect(bitsApart(across, hash.across), name).toBeLessThanOrEqual(3);
      expect(bitsApart(down, hash.down), name).toBeLessThanOrEqual(6);
    }
  });
});

describe('bits', () => {
  it('are counted as their binary digits say', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (number) => {
        expect(bitCount(number)).toBe([...number.toString(2)].filter((digit) => digit === '1').length);
      }),
    );
  });
});
