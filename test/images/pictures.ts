import sharp, { type Sharp } from 'sharp';

/** RGB pixels of a smooth colourful picture, `[height, width, 3]`: waves far longer than a pixel, the same on every call. */
export function wavePixels(width: number, height: number, phase = 0): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const wave =
          70 * Math.sin(x / 17 + c + phase) + 40 * Math.cos(y / 11 - c) + 15 * Math.sin((x + y) / 5);
        pixels[(y * width + x) * 3 + c] = Math.round(127 + wave);
      }
    }
  }
  return pixels;
}

/** A sharp pipeline over RGB pixels, to be encoded in any format. */
export const picture = (pixels: Uint8Array, width: number, height: number): Sharp =>
  sharp(pixels, { raw: { width, height, channels: 3 } });

/** A sharp pipeline over one colour; with four numbers the last is alpha from 0 to 1. */
export function plain(width: number, height: number, colour: readonly number[]): Sharp {
  const [r, g, b, alpha] = colour;
  return sharp({
    create: { width, height, channels: alpha === undefined ? 3 : 4, background: { r, g, b, alpha } },
  });
}

/** Red, green and blue of one pixel. */
export const at = (pixels: Uint8Array, size: number, x: number, y: number): number[] =>
  Array.from(pixels.subarray((y * size + x) * 3, (y * size + x) * 3 + 3));

/** Peak signal-to-noise ratio of bytes in dB; infinite when they are equal. */
export function psnr(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return 10 * Math.log10((255 * 255 * a.length) / sum);
}

/**
 * Lanczos resampling with 3 lobes as Pillow does it, written for clearness: each output pixel is a weighted mean of the input pixels
 * under a kernel that is as much wider as the picture is made smaller. First along x, then along y, in doubles.
 */
export function lanczos(
  pixels: Uint8Array,
  width: number,
  height: number,
  newWidth: number,
  newHeight: number,
): Float64Array {
  const across = alongRows(pixels, width, height, newWidth);
  const turned = alongRows(transpose(across, newWidth, height), height, newWidth, newHeight);
  return transpose(turned, newHeight, newWidth).map((value) => Math.min(255, Math.max(0, value)));
}

function alongRows(pixels: ArrayLike<number>, width: number, height: number, newWidth: number): Float64Array {
  const scale = width / newWidth;
  const stretch = Math.max(1, scale);
  const kernel = (x: number): number => {
    if (x === 0) return 1;
    const p = Math.PI * x;
    return Math.abs(x) < 3 ? (3 * Math.sin(p) * Math.sin(p / 3)) / (p * p) : 0;
  };
  const result = new Float64Array(newWidth * height * 3);
  for (let x = 0; x < newWidth; x++) {
    const centre = (x + 0.5) * scale;
    const from = Math.max(0, Math.floor(centre - 3 * stretch));
    const to = Math.min(width, Math.ceil(centre + 3 * stretch));
    const weights = Array.from({ length: to - from }, (_, i) => kernel((from + i + 0.5 - centre) / stretch));
    const total = weights.reduce((a, b) => a + b);
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        weights.forEach((weight, i) => {
          sum += weight * pixels[(y * width + from + i) * 3 + c]!;
        });
        result[(y * newWidth + x) * 3 + c] = sum / total;
      }
    }
  }
  return result;
}

function transpose(pixels: Float64Array, width: number, height: number): Float64Array {
  const result = new Float64Array(pixels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) result[(x * height + y) * 3 + c] = pixels[(y * width + x) * 3 + c]!;
    }
  }
  return result;
}

/** Five grey frames of 8 × 4 pixels, of levels 0, 50, 100, 150 and 200, shown for 100, 200, … ms. */
export async function animation(kind: 'webp' | 'gif'): Promise<Buffer> {
  const levels = [0, 50, 100, 150, 200];
  const frames = levels.map((level) => {
    const background = { r: level, g: level, b: level };
    return sharp({ create: { width: 8, height: 4, channels: 3, background } })
      .png()
      .toBuffer();
  });
  const joined = sharp(await Promise.all(frames), { join: { animated: true } });
  const delay = levels.map((_, i) => 100 * (i + 1));
  return (kind === 'gif' ? joined.gif({ delay }) : joined.webp({ delay, lossless: true })).toBuffer();
}
