import sharp from 'sharp';
import type { Random } from '../../../core/random';
import type { AppId } from '../units';
import { rowCells, type SampleGame } from './table';

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

/** Rows with flaws, beside the healthy ones. */
export interface DefectRows {
  /** Cells of the rows, as in the table. */
  rows: string[][];
  /** Appids with commas or periods, as written. */
  malformed: string[];
  missingPrice: AppId[];
  negativePrice: AppId[];
  /** Appids that occur a second time. */
  duplicates: AppId[];
}

/**
 * Turns `spare` games into rows with flaws; `duplicated` are healthy games whose rows occur a second time with another price. Takes
 * the first seven of `spare`: four with separators in the appid, two without a price, one with a negative price.
 */
export function defectRows(
  spare: readonly SampleGame[],
  duplicated: readonly SampleGame[],
  source: Random,
): DefectRows {
  const separated = (i: number): string =>
    spare[i]!.appid.replace(/\B(?=(\d{3})+$)/g, i % 2 === 0 ? ',' : '.'); // the caller gives seven
  const malformed = [0, 1, 2, 3].map(separated);
  const [unpriced, unpricedToo, negative] = spare.slice(4, 7) as [SampleGame, SampleGame, SampleGame];
  const rows = [
    ...malformed.map((appid, i) => rowCells(spare[i]!, { appid })),
    rowCells(unpriced, { price: '' }),
    rowCells(unpricedToo, { price: '' }),
    rowCells(negative, { price: '-100' }),
    ...duplicated.map((game) => rowCells(game, { price: String(game.price + 100 * source.integer(1, 9)) })),
  ];
  return {
    rows,
    malformed,
    missingPrice: [unpriced.appid, unpricedToo.appid],
    negativePrice: [negative.appid],
    duplicates: duplicated.map(({ appid }) => appid),
  };
}
