import sharp from 'sharp';
import type { Canvas } from './canvas';

const jpegQuality = 84;

/** A canvas as a JPEG file of `width` × `height` pixels; where it is larger than the canvas, in squares or in smooth curves. */
export function encodeJpeg(
  { pixels, width: from, height: rows }: Canvas,
  width: number,
  height: number,
  enlarged: 'squares' | 'smooth',
): Promise<Uint8Array> {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length);
  const image = sharp(bytes, { raw: { width: from, height: rows, channels: 3 } });
  const kernel = enlarged === 'squares' ? 'nearest' : 'cubic';
  if (width !== from || height !== rows) image.resize(width, height, { fit: 'fill', kernel });
  return image.jpeg({ quality: jpegQuality }).toBuffer();
}

/** The subject of a canvas as a PNG file of its size with one grey channel, 0 or 255. */
export function encodeSubject({ subject, width, height }: Canvas): Promise<Uint8Array> {
  const marks = subject.map((mark) => (mark > 127 ? 255 : 0));
  return sharp(marks, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 1 })
    .toBuffer();
}
