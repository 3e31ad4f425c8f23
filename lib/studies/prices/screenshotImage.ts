import sharp from 'sharp';
import { drawingHeight, drawingWidth } from '../../samples/canvas';
import { enlarge, enlargeMarks } from '../../samples/enlarge';
import { drawScene, type Scene, type SceneLabels, type SceneRequest } from '../../samples/scene';

/** A generated screenshot. */
export interface DrawnScreenshot {
  width: number;
  height: number;
  /** The picture as a JPEG file of `width` × `height` pixels. */
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
  const scene = drawScene(request);
  const jpeg = await encodeScene(scene);
  return { width: drawingWidth, height: drawingHeight, jpeg, mask: enlargeMask(scene), labels: scene.labels };
}

/** A scene at full size as a JPEG file. */
export function encodeScene({ width, pixels }: Scene): Promise<Uint8Array> {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length);
  const raw = { width: drawingWidth, height: drawingHeight, channels: 3 } as const;
  return sharp(enlarge(bytes, width), { raw }).jpeg({ quality: jpegQuality }).toBuffer();
}

/** The mask of a scene at full size, `[drawingHeight, drawingWidth]`: 255 where a pixel carries the price, else 0. */
export const enlargeMask = ({ width, mask }: Scene): Uint8Array => enlargeMarks(mask, width);

/** A mask of full size as a PNG file with one grey channel, 0 or 255. */
export const encodeMask = (mask: Uint8Array): Promise<Uint8Array> =>
  sharp(mask, { raw: { width: drawingWidth, height: drawingHeight, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6, adaptiveFiltering: false })
    .toBuffer();
