import sharp from 'sharp';
import { ReportError } from '../core/errors';
import { environmentName } from '../core/settings';
import { PROGRESSIVE, readJpegHeader } from './jpeg';
import { headerFault, jpegFault, sizeFault } from './jpegFault';
import { type Box, letterbox, pasteOnSquare, plainSquare, type Rgb } from './letterbox';
import { pictureFault } from './pictureFault';
import { readPicture, type UnusableImage } from './pictureReader';

// Pictures are prepared side by side, so a thread each is enough, and no picture is asked for twice, so a cache is only memory.
sharp.concurrency(1);
sharp.cache(false);

/** A picture as the network sees it, and what it was. */
export interface PreparedImage {
  /** `[size, size, 3]`, RGB, 0 to 255, row by row. */
  pixels: Uint8Array;
  /** Pixels of the picture in its file, after the rotation that its EXIF data asks for. */
  width: number;
  height: number;
  /** What the file's content is, whatever its name says: `jpeg`, `png`, `gif`, `webp`, … */
  format: string;
  /** Where the picture lies in the square; the rest is background. */
  box: Box;
}

/** The bytes of the pictures with these numbers, one after the other: `[rows.length, size, size, 3]`. */
export const pixelsOf = (pictures: readonly { pixels: Uint8Array }[], rows: readonly number[]) =>
  new Uint8Array(Buffer.concat(rows.map((row) => pictures[row]!.pixels))); // of them

/** Prepares a picture for the network: upright, first frame, sRGB, fit into a square on `background`. Throws `UNREADABLE_IMAGE`, `BAD_SETTING`. */
export async function prepareImage(
  source: string | Uint8Array,
  size: number,
  background: string,
  file = typeof source === 'string' ? source : 'the picture',
): Promise<PreparedImage> {
  const result = await tryPrepareImage(source, size, background);
  if (!('reason' in result)) return result;
  throw unreadable(file, result.reason);
}

/** The error for a picture that cannot be used. */
export const unreadable = (file: string, reason: string): ReportError =>
  new ReportError('UNREADABLE_IMAGE', `${file} cannot be used: ${reason}. Replace the file or leave it out.`);

/** As `prepareImage`, for many files of which some are expected to be bad: the reason comes back instead of being thrown. */
export async function tryPrepareImage(
  source: string | Uint8Array,
  size: number,
  background: string,
): Promise<PreparedImage | UnusableImage> {
  const colour = parseColour(background);
  const found = await decodePicture(source, colour, size);
  if ('reason' in found) return found;
  const { data, width, height, format } = found;
  const box = letterbox(width, height, size);
  const pixels = plainSquare(size, colour);
  pasteOnSquare(data, box, pixels, size);
  return { pixels, width, height, format, box };
}

/** Why there is no whole picture in the content of a file, or null where there is one. */
export async function whatIsWrong(content: Uint8Array): Promise<string | null> {
  const found = await tryPrepareImage(content, 32, '#000000');
  return 'reason' in found ? found.reason : null;
}

/** A decoded picture: its sides after the rotation that its EXIF data asks for, and `data`, `[height, width, 3]` or what it was scaled to. */
interface DecodedPicture extends Pick<PreparedImage, 'width' | 'height' | 'format'> {
  data: Uint8Array;
}

/** Decodes a picture as `prepareImage` does, scaled to its box in a square of `size` pixels, if given. */
async function decodePicture(
  source: string | Uint8Array,
  colour: Rgb,
  size?: number,
): Promise<DecodedPicture | UnusableImage> {
  const content = typeof source === 'string' ? await readPicture(source) : source;
  if ('reason' in content) return content;
  if (content.length === 0) return { reason: 'the file is empty' };
  const header = readJpegHeader(content);
  const reason = header && (headerFault(header, content) ?? jpegFault(content, header));
  if (reason) return { reason };
  try {
    return await decode(content, colour, size, header?.frame === PROGRESSIVE ? 'warning' : 'error');
  } catch (error) {
    return { reason: pictureFault(error, content) };
  }
}

/** Seconds after which a picture is given up; the largest ones take ten. */
const LONGEST = 120;

/** Pixels from which pictures are decoded one at a time, since some kinds are held in memory as a whole. */
const LARGE = 2 ** 25;

/** The large picture that is decoded last. */
let large: Promise<unknown> = Promise.resolve();

/** `failOn`: 'error' stands for damaged or truncated data, 'warning' also for what libjpeg had to invent. */
async function decode(
  content: Uint8Array,
  colour: Rgb,
  size: number | undefined,
  failOn: 'error' | 'warning',
): Promise<DecodedPicture | UnusableImage> {
  const { autoOrient, format, hasAlpha } = await sharp(content, { failOn: 'error' }).metadata();
  const { width, height } = autoOrient;
  // Its drawing can take any time, and cannot be stopped.
  if (format === 'svg') return { reason: 'it is a drawing (SVG) and no picture' };
  const reason = sizeFault(width, height);
  if (reason !== null) return { reason };
  const picture = sharp(content, { failOn, autoOrient: true })
    .toColourspace('srgb')
    .timeout({ seconds: LONGEST });
  // First to colours, or what lies behind a grey picture would become grey. Without need it would cost a fifth of the time.
  const [r, g, b] = colour;
  if (hasAlpha) picture.pipelineColourspace('srgb').flatten({ background: { r, g, b } });
  if (size !== undefined) {
    const box = letterbox(width, height, size);
    // libjpeg may shrink while decoding, by 2, 4 or 8, but leaves at least a factor of 2 to Lanczos: a sixteenth slower than without
    // that reserve, and up to 20 dB nearer to Lanczos alone.
    picture.resize(box.width, box.height, { fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: false });
  }
  const finish = () => picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const finished = width * height < LARGE ? finish() : large.then(finish, finish);
  if (width * height >= LARGE) large = finished;
  const { data, info } = await finished;
  if (info.channels !== 3) throw new Error(`${info.channels} channels after decoding`);
  return { data, width, height, format };
}

/** A picture in all its pixels. */
export interface WholePicture {
  /** `[height, width, 3]`, RGB, 0 to 255, row by row. */
  pixels: Uint8Array;
  width: number;
  height: number;
}

/** Decodes a file, its path or its content, in full, as `prepareImage` does before it scales. */
export async function tryWholePicture(
  source: string | Uint8Array,
  background: string,
): Promise<WholePicture | UnusableImage> {
  const found = await decodePicture(source, parseColour(background));
  return 'reason' in found ? found : { pixels: found.data, width: found.width, height: found.height };
}

/** As `tryWholePicture`. Throws `UNREADABLE_IMAGE`, naming the file, when there is no whole picture in it. */
export async function readWholePicture(file: string, background: string): Promise<WholePicture> {
  const found = await tryWholePicture(file, background);
  if ('reason' in found) throw unreadable(file, found.reason);
  return found;
}

/** `#rrggbb` → red, green, blue from 0 to 255. Throws `BAD_SETTING` for anything else. */
export function parseColour(text: string): Rgb {
  if (!/^#[0-9a-f]{6}$/i.test(text)) {
    throw new ReportError(
      'BAD_SETTING',
      `${environmentName('background')} is "${text}", expected a colour such as #000000: correct or unset it.`,
    );
  }
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
