import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWholePicture } from '../../lib/images/prepare';
import { withCode } from '../data/close';
import { temporaryFolder } from '../temporary';
import { picture, plain, psnr, wavePixels } from './pictures';

const pixels = wavePixels(40, 20);
const file = async (name: string, content: Promise<Buffer>): Promise<string> => {
  const target = path.join(temporaryFolder(), name);
  writeFileSync(target, new Uint8Array(await content));
  return target;
};

describe('readWholePicture', () => {
  it('gives every pixel of the file', async () => {
    const png = await file('a.png', picture(pixels, 40, 20).png().toBuffer());
    const whole = await readWholePicture(png, '#000000');
    expect([whole.width, whole.height]).toEqual([40, 20]);
    expect(Uint8Array.from(whole.pixels)).toEqual(pixels);
    const jpeg = await file('a.jpg', picture(pixels, 40, 20).jpeg({ quality: 95 }).toBuffer());
    expect(psnr((await readWholePicture(jpeg, '#000000')).pixels, pixels)).toBeGreaterThan(35);
  });

  it('turns it as EXIF says, and makes grey and 16-bit pictures RGB of 8 bits', async () => {
    const turned = picture(pixels, 40, 20).withMetadata({ orientation: 6 }).png().toBuffer();
    const { width, height, pixels: found } = await readWholePicture(await file('b.png', turned), '#000000');
    expect([width, height]).toEqual([20, 40]);
    expect([...found.subarray(0, 3)]).toEqual([...pixels.subarray(19 * 40 * 3, 19 * 40 * 3 + 3)]); // a quarter turn to the right
    for (const kind of ['b-w', 'rgb16'] as const) {
      const other = await file(`${kind}.png`, plain(6, 4, [90, 90, 90]).toColourspace(kind).png().toBuffer());
      const { pixels: bytes } = await readWholePicture(other, '#000000');
      expect(bytes).toHaveLength(72);
      expect(bytes.every((byte) => Math.abs(byte - 90) <= 1)).toBe(true); // rounding between the depths
    }
  });

  it('lets the background show through', async () => {
    const clear = await file('c.png', plain(2, 2, [255, 0, 0, 0]).png().toBuffer());
    expect([...(await readWholePicture(clear, '#0000ff')).pixels.subarray(0, 3)]).toEqual([0, 0, 255]);
  });

  it('refuses what is no whole picture, by its name', async () => {
    const folder = temporaryFolder();
    const cut = await picture(pixels, 40, 20).jpeg().toBuffer();
    const bad: Record<string, Uint8Array> = {
      'empty.png': new Uint8Array(),
      'text.png': new TextEncoder().encode('not a picture'),
      'cut.jpg': new Uint8Array(cut.subarray(0, cut.length / 2)),
    };
    for (const [name, content] of Object.entries(bad)) {
      writeFileSync(path.join(folder, name), content);
      await expect(readWholePicture(path.join(folder, name), '#000000')).rejects.toMatchObject({
        code: 'UNREADABLE_IMAGE',
        message: expect.stringContaining(name),
      });
    }
    await expect(readWholePicture(path.join(folder, 'none.png'), '#000000')).rejects.toEqual(
      withCode('UNREADABLE_IMAGE'),
    );
    await expect(readWholePicture(path.join(folder, 'none.png'), 'black')).rejects.toEqual(
      withCode('BAD_SETTING'),
    );
  });
});
