import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { makeCanvas } from '../../lib/samples/canvas';
import { finish } from '../../lib/samples/finish';
import { drawGround, drawRidge, drawSky, hills } from '../../lib/samples/landscape';
import { noiseField } from '../../lib/samples/noise';
import { hours, makePalette } from '../../lib/samples/palette';
import { encodeJpeg, encodeSubject } from '../../lib/samples/picture';
import { looks } from '../../lib/samples/styles';
import { drawText, textWidth } from '../../lib/samples/text';

const white = [255, 255, 255] as const;

describe('the drawing kit', () => {
  it('fills every pixel of a landscape of any size, in any light', () => {
    for (const hour of hours) {
      const source = random(1, hour);
      const canvas = makeCanvas(90, 120);
      const palette = makePalette(source, 200, hour, looks.realistic);
      const { skyTop: top, skyBottom: bottom, haze: fade, ground: colour, lamp } = palette;
      const shared = { texture: 0.5, colour, fade };
      drawSky(canvas, source, {
        top,
        bottom,
        cloud: white,
        horizon: 60,
        end: 62,
        clouds: 0.5,
        texture: 0.5,
        flatness: 2,
      });
      drawRidge(canvas, source, hills(canvas, source, 50, 10, 0.5), { ...shared, end: 62, lamps: lamp });
      drawGround(canvas, source, { ...shared, horizon: 60, line: white, paving: 'road' });
      finish(canvas, source, looks.neon);
      let dark = 0;
      for (let i = 0; i < canvas.pixels.length; i += 3) dark += Number(canvas.pixels[i + 2] === 0);
      expect(dark / (90 * 120)).toBeLessThan(0.1);
      expect(new Set(canvas.pixels).size).toBeGreaterThan(40);
    }
  });

  it('writes text as wide as it says, and marks it as subject where asked', () => {
    const canvas = makeCanvas(80, 20);
    drawText(canvas, 'AB 1', 2, 3, { dot: 2, colour: white, subject: true });
    const columns = Array.from({ length: 80 }, (_, x) =>
      Array.from({ length: 20 }, (_, y) => canvas.subject[y * 80 + x]).some((mark) => mark === 255),
    );
    expect([columns.indexOf(true), columns.lastIndexOf(true)]).toEqual([2, 2 + textWidth('AB 1', 2) - 3]); // a 1 leaves its last column empty
  });

  it('enlarges in squares or smoothly', async () => {
    const canvas = makeCanvas(4, 4);
    canvas.pixels.fill(255, 0, 6);
    const values = async (how: 'squares' | 'smooth') =>
      new Set(
        await sharp(await encodeJpeg(canvas, 32, 32, how))
          .greyscale()
          .raw()
          .toBuffer(),
      );
    expect((await values('squares')).size).toBeLessThan((await values('smooth')).size);
    canvas.subject[5] = 200;
    const mask = await sharp(await encodeSubject(canvas))
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([mask.info.channels, [...mask.data].indexOf(255)]).toEqual([1, 5]);
  });

  it('has noise of mean 0 and deviation 0.3 that wraps', () => {
    const noise = noiseField();
    const values = Array.from({ length: 256 * 256 }, (_, i) => noise(i % 256, Math.floor(i / 256)));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean).toBeCloseTo(0, 4);
    expect(Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length)).toBeCloseTo(0.3, 4);
    expect(noise(3, 7)).toBe(noise(259, 7 - 256));
  });
});
