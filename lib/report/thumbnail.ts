import sharp from 'sharp';
import { ReportError } from '../core/errors';
import type { Box } from '../images/letterbox';
import { pictureSource } from './gallery';

/** Length of a thumbnail's data URI at most, in characters. */
export const THUMBNAIL_LIMIT = 3000;

/** Widths in px and JPEG qualities that are tried for a thumbnail, until one is small enough. */
const attempts = [
  [96, 65],
  [80, 55],
  [64, 45],
  [48, 35],
] as const;

/**
 * A picture of the store, `[size, size, 3]` without the padding beside its box, as a data URI of at most `THUMBNAIL_LIMIT` characters: a
 * JPEG as large as that allows. Throws `BAD_INPUT` when the pixels do not fill the square.
 */
export async function encodeThumbnail(pixels: Uint8Array, size: number, box: Box): Promise<string> {
  if (pixels.length !== size * size * 3) {
    throw new ReportError(
      'BAD_INPUT',
      `A picture of ${size} × ${size} RGB pixels needs ${size * size * 3} bytes, got ${pixels.length}.`,
    );
  }
  const picture = sharp(pixels, { raw: { width: size, height: size, channels: 3 } }).extract(box);
  let source = '';
  for (const [width, quality] of attempts) {
    const small = picture.clone().resize(width, width, { fit: 'inside', withoutEnlargement: true });
    source = `data:image/jpeg;base64,${(await small.jpeg({ quality }).toBuffer()).toString('base64')}`;
    if (source.length <= THUMBNAIL_LIMIT) return source;
  }
  throw new ReportError('BAD_INPUT', `A thumbnail of ${source.length} characters is too long for the map.`);
}

/** A picture for a map as it stands in the page. Throws `BAD_INPUT` for one that is no data URI or too long. */
export function checkedThumbnail(picture: string): string {
  if (picture.length <= THUMBNAIL_LIMIT) return pictureSource(picture);
  throw new ReportError(
    'BAD_INPUT',
    `A thumbnail has ${picture.length} characters, and ${THUMBNAIL_LIMIT} are allowed: make it with encodeThumbnail.`,
  );
}
