import sharp from 'sharp';

/** The flaws that single pictures of the sample have. */
export const pictureDefects = [
  'truncated',
  'empty',
  'text',
  'grey',
  'cmyk',
  'png-16-bit-alpha',
  'animated-gif',
  'exif-rotated',
] as const;
export type PictureDefect = (typeof pictureDefects)[number];

/** Whether a picture with a flaw can still be shown. A truncated one can, but half of it is missing. */
export const isReadable = (defect: PictureDefect): boolean =>
  !['truncated', 'empty', 'text'].includes(defect);

/** Bytes of a file with a flaw, made from a JPEG that has none, and how its name ends. */
export async function makeDefect(
  defect: PictureDefect,
  whole: Uint8Array,
): Promise<{ bytes: Uint8Array; extension: 'jpg' | 'png' | 'gif' }> {
  const jpg = (bytes: Uint8Array) => ({ bytes, extension: 'jpg' as const });
  switch (defect) {
    case 'truncated':
      return jpg(whole.subarray(0, Math.floor(whole.length * 0.4)));
    case 'empty':
      return jpg(new Uint8Array());
    case 'text':
      return jpg(Buffer.from('<html><body>404 Not Found</body></html>\n'));
    case 'grey':
      return jpg(await sharp(whole).toColourspace('b-w').jpeg().toBuffer());
    case 'cmyk':
      return jpg(await sharp(whole).toColourspace('cmyk').jpeg().toBuffer());
    case 'exif-rotated':
      // Orientation 6: the picture lies on its left side in the file and is to be shown turned by 90° clockwise.
      return jpg(await sharp(whole).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    case 'png-16-bit-alpha':
      return {
        bytes: await sharp(whole).ensureAlpha(0.5).toColourspace('rgb16').png().toBuffer(),
        extension: 'png',
      };
    case 'animated-gif': {
      const frames = [whole, await sharp(whole).negate().toBuffer()].map((frame) => Buffer.from(frame));
      const gif = sharp(frames, { join: { animated: true } }).gif({ delay: [400, 400], effort: 1 });
      return { bytes: await gif.toBuffer(), extension: 'gif' };
    }
  }
}
