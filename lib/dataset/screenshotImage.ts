import sharp from 'sharp';
import { drawScene, type SceneLabels, type SceneRequest } from './drawing/scene';

/** Pixels of a picture. */
export interface Drawing {
  width: number;
  height: number;
  /** `[height, width, 3]`. */
  pixels: Uint8Array;
}

/** A generated screenshot in all its forms. */
export interface DrawnScreenshot extends Drawing {
  /** The same as a JPEG file. */
  jpeg: Uint8Array;
  /** `[height, width]`: 255 where a pixel carries the price, else 0. */
  mask: Uint8Array;
  labels: SceneLabels;
}

const jpegQuality = 84; // files of 20 to 60 kB, as the thumbnails in the shop

/**
 * Draws one screenshot of a game, 600 × 338 pixels: the same `request` (seed, appid, number of the picture, quality 0–1, optionally
 * style and place) gives the same bytes on the same machine, whatever was drawn before.
 */
export async function drawScreenshot(request: SceneRequest): Promise<DrawnScreenshot> {
  const { width, height, pixels: clamped, mask, labels } = drawScene(request);
  const pixels = new Uint8Array(clamped.buffer);
  return { width, height, pixels, mask, labels, jpeg: await encodeJpeg({ width, height, pixels }) };
}

/** A drawing as a JPEG file. */
export const encodeJpeg = ({ width, height, pixels }: Drawing): Promise<Uint8Array> =>
  sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: jpegQuality })
    .toBuffer();

/** A mask as a PNG file with one grey channel, 0 or 255. */
export const encodeMask = (mask: Uint8Array, width: number, height: number): Promise<Uint8Array> =>
  sharp(mask, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6, adaptiveFiltering: false })
    .toBuffer();
