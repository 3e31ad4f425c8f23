import type { Box } from '../../../images/letterbox';
import { pictureSides } from '../../../images/pictureSides';
import { type DemoRecord, limits, refusals, squarePicture } from '../demo';

/** A picture as the model takes it, and on a canvas of its own size. */
export interface Prepared {
  /** `[size, size, 3]` */
  pixels: Uint8Array;
  /** Where it lies in the square. */
  box: Box;
  canvas: HTMLCanvasElement;
}

/** Pixels of a canvas that every browser has room for; a larger picture is made smaller as it is decoded. */
const MOST_PIXELS = 4096 ** 2;

/** Decodes and prepares a picture as the project does elsewhere: turned as its EXIF says, the background behind it, made smaller by Lanczos. Throws a `RangeError` with a sentence of `refusals`. */
export async function prepare(file: Blob, record: DemoRecord): Promise<Prepared> {
  if (file.size > limits.bytes) throw new RangeError(refusals.bytes);
  const sides = pictureSides(new Uint8Array(await file.arrayBuffer()));
  if (!sides) throw new RangeError(refusals.kind);
  const count = sides.width * sides.height;
  if (count > limits.pixels) throw new RangeError(refusals.pixels);
  const share = Math.min(1, Math.sqrt(MOST_PIXELS / count));
  const picture = await createImageBitmap(file).catch(() => {
    throw new RangeError(refusals.damaged);
  });
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.floor(picture.width * share));
  canvas.height = Math.max(1, Math.floor(picture.height * share));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new RangeError('This browser has no room for the picture.');
  context.fillStyle = `rgb(${record.background.join(' ')})`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    for (let channel = 0; channel < 3; channel++) colours[3 * i + channel] = data[4 * i + channel]!; // in range
  }
  return { ...squarePicture({ pixels: colours, width, height }, record), canvas };
}
