import { type Random, random } from '../../core/random';
import { neutral, warp } from '../../images/warp';
import { makeCanvas } from '../../samples/canvas';
import { drawText } from '../../samples/text';

/** How many digits are drawn, of which a fifth is for the test. */
const COUNT = 4000;

/** Digits that the project draws where it has no others, `[count, size, size]`, with their classes. */
export function drawDigits(seed: number, size: number): { grey: Uint8Array; labels: number[] } {
  const draw = random(seed, 'digits');
  const labels = Array.from({ length: COUNT }, () => draw.integer(0, 9));
  const grey = new Uint8Array(COUNT * size * size);
  labels.forEach((label, i) => {
    grey.set(drawSign(String(label), size, draw), i * size * size);
  });
  return { grey, labels };
}

/** A sign, white on black, `[size, size]`: moved, turned, slanted and made unclear by chance. */
export function drawSign(sign: string, size: number, draw: Random): Uint8Array {
  const canvas = makeCanvas(size, size);
  const dot = draw.uniform(0.07, 0.11) * size;
  drawText(canvas, sign, size / 2 - 2.5 * dot, size / 2 - 3.5 * dot, { dot, colour: [255, 255, 255] });
  const moved = {
    ...neutral,
    ...{ theta: draw.uniform(-20, 20), shear: draw.uniform(-15, 15) },
    ...{ tx: draw.uniform(-0.1, 0.1) * size, ty: draw.uniform(-0.1, 0.1) * size },
    ...{ zx: draw.uniform(0.8, 1.2), zy: draw.uniform(0.8, 1.2) },
  };
  const pixels = warp(new Uint8Array(canvas.pixels), moved, size, size);
  const light = draw.uniform(0.5, 1);
  return new Uint8Array(size * size).map((_, i) => {
    const value = light * pixels[3 * i]! + 30 * draw.normal(); // three equal channels for each pixel
    return Math.min(255, Math.max(0, value));
  });
}
