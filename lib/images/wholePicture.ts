import { ReportError } from '../core/errors';
import { pictureFault } from './pictureFault';
import { readPicture } from './pictureReader';
import { decodeRgb, parseColour } from './prepare';

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
  const colour = parseColour(background);
  const refuse = (reason: string): never => {
    throw new ReportError(
      'UNREADABLE_IMAGE',
      `${file} cannot be used: ${reason}. Replace the file or leave it out.`,
    );
  };
  const content = await readPicture(file);
  if ('reason' in content) return refuse(content.reason);
  if (content.length === 0) return refuse('the file is empty');
  try {
    const { data, width, height } = await decodeRgb(content, colour);
    return { pixels: data, width, height };
  } catch (error) {
    return refuse(pictureFault(error, content));
  }
}
