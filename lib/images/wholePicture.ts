import { decodePicture, parseColour, unreadable } from './prepare';

/** A picture in all its pixels. */
export interface WholePicture {
  /** `[height, width, 3]`, RGB, 0 to 255, row by row. */
  pixels: Uint8Array;
  width: number;
  height: number;
}

/**
 * Decodes a file in full, as `prepareImage` does before it scales: turned as EXIF says, the first frame of an animation, 8-bit sRGB, transparent
 * parts on `background` (`#rrggbb`). Throws `UNREADABLE_IMAGE`, naming the file, when there is no whole picture in it.
 */
export async function readWholePicture(file: string, background: string): Promise<WholePicture> {
  const found = await decodePicture(file, parseColour(background));
  if ('reason' in found) throw unreadable(file, found.reason);
  return { pixels: found.data, width: found.width, height: found.height };
}
