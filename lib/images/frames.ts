import sharp from 'sharp';
import { pictureFault } from './pictureFault';
import { readPicture } from './pictureReader';
import { unreadable } from './prepare';

/** A frame of a moving picture. */
export interface Frame {
  /** As PNG. */
  content: Uint8Array;
  /** When it appears, in seconds. */
  seconds: number;
}

/** What a GIF shows a frame for that does not say how long, in milliseconds, as browsers have it. */
const UNSAID = 100;

/** Frames of an animated WebP or GIF, the same number apart, `most` of them at most; any other picture is one. Throws `UNREADABLE_IMAGE`. */
export async function readFrames(file: string, most: number): Promise<Frame[]> {
  const content = await readPicture(file);
  if ('reason' in content) throw unreadable(file, content.reason);
  try {
    const image = sharp(content, { animated: true });
    const { pages = 1, delay = [] } = await image.metadata();
    const { data, info } = await image
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, channels } = info;
    const height = info.height / pages;
    const starts = [0];
    for (let i = 0; i < pages; i++) starts.push(starts[i]! + (delay[i] || UNSAID) / 1000); // one before each
    const shown = Array.from({ length: pages }, (_, i) => i).filter((i) => i % Math.ceil(pages / most) === 0);
    return await Promise.all(
      shown.map(async (i) => {
        const pixels = data.subarray(i * width * height * channels, (i + 1) * width * height * channels);
        const frame = sharp(pixels, { raw: { width, height, channels } });
        return { content: await frame.png({ compressionLevel: 1 }).toBuffer(), seconds: starts[i]! }; // within the pages
      }),
    );
  } catch (error) {
    throw unreadable(file, pictureFault(error, content));
  }
}
