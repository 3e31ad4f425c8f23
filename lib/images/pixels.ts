import sharp, { type Sharp } from 'sharp';
import { ReportError } from '../errors';

/**
 * RGB pixels `[height, width, 3]` as the bytes of a JPEG file, for a page. `quality` from 1 to 100. Throws `BAD_INPUT` when the
 * number of bytes is not that of the shape.
 */
export async function encodeJpeg(
  pixels: Uint8Array,
  width: number,
  height: number,
  quality = 85,
): Promise<Uint8Array> {
  return rgb(pixels, width, height).jpeg({ quality }).toBuffer();
}

/** RGB pixels `[height, width, 3]` as the bytes of a PNG file, without loss. Throws `BAD_INPUT` as `encodeJpeg` does. */
export async function encodePng(pixels: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  return rgb(pixels, width, height).png().toBuffer();
}

function rgb(pixels: Uint8Array, width: number, height: number): Sharp {
  if (pixels.length !== width * height * 3 || pixels.length === 0) {
    throw new ReportError(
      'BAD_INPUT',
      `${pixels.length} bytes are no picture of ${width} × ${height} pixels with 3 colours: that takes ${width * height * 3}.`,
    );
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
