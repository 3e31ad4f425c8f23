import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareImage, readWholePicture } from '../../lib/images/prepare';
import { withCode } from '../data/close';
import { temporaryFolder } from '../temporary';
import { at, lanczos, picture, plain, psnr, wavePixels } from './pictures';

const black = '#000000';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'prepare-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The part of a prepared square that the picture covers. */
function inside({ pixels, box }: Awaited<ReturnType<typeof prepareImage>>, size: number): number[] {
  const rows = Array.from({ length: box.height }, (_, y) => {
    const from = ((box.top + y) * size + box.left) * 3;
    return [...pixels.subarray(from, from + box.width * 3)];
  });
  return rows.flat();
}

/** Expects one colour, each channel to within `tolerance` levels. */
function expectColour(found: number[], colour: number[], tolerance: number): void {
  found.forEach((value, c) => {
    expect(Math.abs(value - colour[c]!), `${found} instead of ${colour}`).toBeLessThanOrEqual(tolerance);
  });
}

describe('prepareImage on a whole picture', () => {
  const pixels = wavePixels(600, 338);

  it.each([
    ['a PNG made smaller', 600, 338, 96],
    ['a PNG made a little smaller', 600, 338, 512],
    ['a PNG made larger', 40, 60, 96],
  ])('resembles a slow Lanczos in doubles: %s', async (_name, width, height, size) => {
    const source = wavePixels(width, height);
    const prepared = await prepareImage(await picture(source, width, height).png().toBuffer(), size, black);
    const expected = lanczos(source, width, height, prepared.box.width, prepared.box.height);
    // 40 dB is a mean error of 2.5 levels. libvips averages blocks before its Lanczos and rounds between both passes, so it is not exact;
    // a bilinear or nearest-pixel resampling of this picture would stay below 40.
    expect(psnr(inside(prepared, size), expected)).toBeGreaterThan(40);
  });

  it.each([
    [600, 338],
    [1920, 1080],
  ])(
    'keeps close to Lanczos also for a JPEG of %d × %d full of fine detail, which aliases easily',
    async (width, height) => {
      const fine = wavePixels(width, height).map(
        (value, i) => value * 0.7 + (((i * 7919) % 101) - 50) * 0.7 + 38,
      );
      const jpeg = await picture(fine, width, height)
        .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
        .toBuffer();
      const decoded = await sharp(jpeg).raw().toBuffer();
      const prepared = await prepareImage(jpeg, 96, black);
      expect(psnr(inside(prepared, 96), lanczos(decoded, width, height, 96, 54))).toBeGreaterThan(40);
    },
  );

  it('tells size, format and box, and pads with exactly the background', async () => {
    const prepared = await prepareImage(await picture(pixels, 600, 338).jpeg().toBuffer(), 96, '#0a64FF');
    expect(prepared).toMatchObject({ width: 600, height: 338, format: 'jpeg' });
    expect(prepared.box).toEqual({ left: 0, top: 21, width: 96, height: 54 });
    expect(prepared.pixels).toHaveLength(96 * 96 * 3);
    for (let y = 0; y < 96; y++) {
      if (y >= 21 && y < 75) continue;
      for (let x = 0; x < 96; x++) expect(at(prepared.pixels, 96, x, y)).toEqual([10, 100, 255]);
    }
  });

  it('fills a picture of one colour to the very edge of its box: nothing of the background leaks in', async () => {
    const prepared = await prepareImage(
      await plain(333, 100, [200, 150, 50]).png().toBuffer(),
      96,
      '#ffffff',
    );
    const { top, height } = prepared.box;
    for (let y = top; y < top + height; y++) {
      for (let x = 0; x < 96; x++) expect(at(prepared.pixels, 96, x, y)).toEqual([200, 150, 50]);
    }
  });

  it('gives the same from a path as from the content, and the same twice', async () => {
    const jpeg = await picture(pixels, 600, 338).jpeg().toBuffer();
    const file = path.join(folder, 'wave.jpg');
    await writeFile(file, jpeg);
    const first = await prepareImage(file, 96, black);
    expect(first).toEqual(await prepareImage(jpeg, 96, black));
    await writeFile(file, await plain(10, 10, [9, 9, 9]).png().toBuffer());
    expect((await prepareImage(file, 96, black)).format).toBe('png'); // nothing of a changed file is remembered
  });
});

describe('prepareImage on unusual pictures', () => {
  it('turns a picture as its EXIF orientation says', async () => {
    // Stored lying: left half red, right half blue. Orientation 6 is shown turned clockwise: red above, blue below.
    const left = await plain(40, 40, [255, 0, 0]).png().toBuffer();
    const stored = plain(80, 40, [0, 0, 255]).composite([{ input: left, left: 0, top: 0 }]);
    const content = await stored.withMetadata({ orientation: 6 }).png().toBuffer();
    const { pixels, width, height, box } = await prepareImage(content, 64, black);
    expect([width, height]).toEqual([40, 80]);
    expect(box).toEqual({ left: 16, top: 0, width: 32, height: 64 });
    expect(at(pixels, 64, 32, 5)).toEqual([255, 0, 0]);
    expect(at(pixels, 64, 32, 58)).toEqual([0, 0, 255]);
    expect(at(pixels, 64, 5, 32)).toEqual([0, 0, 0]);
  });

  it('shows grey as three equal channels', async () => {
    const grey = await plain(30, 30, [90, 90, 90]).toColourspace('b-w').png().toBuffer();
    expect((await sharp(grey).metadata()).channels).toBe(1);
    expect(at((await prepareImage(grey, 32, black)).pixels, 32, 16, 16)).toEqual([90, 90, 90]);
  });

  it('puts half-transparent grey on a coloured background in colour', async () => {
    const grey = await plain(30, 30, [100, 100, 100, 0.5]).toColourspace('b-w').png().toBuffer();
    expect((await sharp(grey).metadata()).channels).toBe(2);
    const found = at((await prepareImage(grey, 32, '#ff0000')).pixels, 32, 16, 16);
    expectColour(found, [178, 50, 50], 1); // alpha 0.5 is stored as 127 or 128 of 255
  });

  it('converts CMYK to sRGB', async () => {
    const cmyk = await plain(30, 30, [150, 120, 100]).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const found = at((await prepareImage(cmyk, 32, black)).pixels, 32, 16, 16);
    // To inks and back through two tables of one profile costs up to 9 levels; inks taken for colours, or inverted, over 50.
    expectColour(found, [150, 120, 100], 12);
  });

  it('brings 16 bits with alpha down to 8 on the background', async () => {
    const wide = Uint16Array.from({ length: 20 * 20 * 4 }, (_, i) => [65535, 32896, 0, 32896][i % 4]!);
    const content = await sharp(wide, { raw: { width: 20, height: 20, channels: 4 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect(await sharp(content).metadata()).toMatchObject({ depth: 'ushort', channels: 4 });
    const found = at((await prepareImage(content, 32, '#0000ff')).pixels, 32, 16, 16);
    // 32896 of 65535 is 128 of 255: half of each colour, half of the blue behind; one level for rounding twice.
    expectColour(found, [128, 64, 127], 1);
  });

  it('takes the first frame of an animation', async () => {
    const frames = [
      await plain(20, 10, [255, 0, 0]).png().toBuffer(),
      await plain(20, 10, [0, 255, 0]).png().toBuffer(),
    ];
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    const prepared = await prepareImage(gif, 32, black);
    expect(prepared).toMatchObject({ width: 20, height: 10, format: 'gif' });
    expectColour(at(prepared.pixels, 32, 16, 16), [255, 0, 0], 2); // a palette's colours may be off by a level
  });

  it('shows the background where a palette is transparent', async () => {
    const gif = await plain(10, 10, [255, 0, 0, 0]).gif().toBuffer();
    expect(at((await prepareImage(gif, 32, '#010203')).pixels, 32, 16, 16)).toEqual([1, 2, 3]);
  });

  it('tells what a file is by its content, not by its name', async () => {
    const file = path.join(folder, 'really-webp.jpg');
    await writeFile(file, await plain(10, 10, [1, 2, 3]).webp().toBuffer());
    expect((await prepareImage(file, 32, black)).format).toBe('webp');
  });

  it('makes a picture of a single pixel, and a square of a single pixel', async () => {
    const dot = await plain(1, 1, [50, 100, 150]).png().toBuffer();
    expect(at((await prepareImage(dot, 32, black)).pixels, 32, 0, 31)).toEqual([50, 100, 150]);
    expect([...(await prepareImage(dot, 1, black)).pixels]).toEqual([50, 100, 150]);
  });
});

describe('prepareImage on what is no picture', () => {
  const refusal = (source: string | Uint8Array, file?: string) =>
    prepareImage(source, 96, black, file).then(
      () => expect.fail('a picture came back'),
      (error: unknown) => error,
    );
  const jpeg = () => picture(wavePixels(200, 150), 200, 150).jpeg().toBuffer();

  it.each([0.95, 0.5, 0.1])('refuses a JPEG cut to %d of its bytes', async (share) => {
    const whole = await jpeg();
    const error = await refusal(
      whole.subarray(0, Math.floor(whole.length * share)),
      'screenshots/10/cut.jpg',
    );
    expect(error).toMatchObject({ code: 'UNREADABLE_IMAGE' });
    expect(String(error)).toMatch(/screenshots\/10\/cut\.jpg cannot be used: it ends too early/);
  });

  it('refuses a PNG that is cut, and one with a damaged middle', async () => {
    const whole = await picture(wavePixels(200, 150), 200, 150).png().toBuffer();
    expect(await refusal(whole.subarray(0, whole.length / 2))).toMatchObject({ code: 'UNREADABLE_IMAGE' });
    const damaged = whole.map((byte, i) => (i > 1000 && i < 1200 ? byte ^ 255 : byte));
    expect(await refusal(damaged)).toMatchObject({ code: 'UNREADABLE_IMAGE' });
  });

  it('refuses an empty file, a text, a folder and a file that is not there, and says which it is', async () => {
    const files = { empty: path.join(folder, 'empty.jpg'), text: path.join(folder, 'text.jpg') };
    const inner = path.join(folder, 'folder.jpg');
    await writeFile(files.empty, '');
    await writeFile(files.text, '<html>404 Not Found</html>');
    await mkdir(inner);
    const reasons = {
      [files.empty]: 'the file is empty',
      [files.text]: 'it is not a picture',
      [inner]: 'it is a folder',
      [path.join(folder, 'none.jpg')]: 'there is no such file',
    };
    for (const [file, reason] of Object.entries(reasons)) {
      const error = await refusal(file);
      expect(error).toMatchObject({ code: 'UNREADABLE_IMAGE' });
      expect(String(error)).toContain(`${file} cannot be used: ${reason}`);
    }
  });

  it('refuses a picture of more pixels than memory should hold', async () => {
    // A GIF of one pixel whose header claims 65,535 × 65,535.
    const huge = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
    for (const place of [6, 8, 32, 34]) huge.writeUInt16LE(65_535, place);
    expect(String(await refusal(huge))).toContain('too many pixels');
  });

  it('names the setting when the background is no colour', async () => {
    const dot = await plain(1, 1, [0, 0, 0]).png().toBuffer();
    for (const colour of ['black', '#fff', '#00000g', '']) {
      await expect(prepareImage(dot, 96, colour)).rejects.toMatchObject({
        code: 'BAD_SETTING',
        message: expect.stringContaining('REPORT_BACKGROUND'),
      });
    }
  });
});

describe('readWholePicture', () => {
  const pixels = wavePixels(40, 20);
  const file = async (name: string, content: Promise<Buffer>): Promise<string> => {
    const target = path.join(temporaryFolder(), name);
    writeFileSync(target, new Uint8Array(await content));
    return target;
  };

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
