import sharp from 'sharp';
import { readJpegHeader } from '../../lib/images/jpeg';
import { readScans } from '../../lib/images/jpegFault';
import { createPreparer, type Preparer } from '../../lib/images/preparer';
import { picture, psnr, wavePixels } from '../images/pictures';
import type { Target } from './fuzz';

const size = 96;

/** JPEG files of every kind that a decoder treats in its own way, and a few of other formats. */
export async function wholePictures(): Promise<Uint8Array[]> {
  const wave = (width: number, height: number) => picture(wavePixels(width, height), width, height);
  const noise = wavePixels(160, 120).map((value, i) => value * 0.6 + ((i * 7919) % 101));
  return Promise.all([
    wave(600, 338).jpeg().toBuffer(),
    picture(noise, 160, 120).jpeg({ quality: 95 }).toBuffer(),
    wave(161, 97).jpeg().toBuffer(),
    wave(200, 150).jpeg({ chromaSubsampling: '4:4:4', optimiseCoding: false }).toBuffer(),
    wave(200, 150).jpeg({ progressive: true }).toBuffer(),
    wave(200, 150).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    wave(200, 150).toColourspace('b-w').jpeg().toBuffer(),
    wave(200, 150).toColourspace('cmyk').jpeg().toBuffer(),
    sharp({ create: { width: 300, height: 200, channels: 3, background: '#808080' } })
      .jpeg()
      .toBuffer(),
    wave(90, 60).png().toBuffer(),
    wave(90, 60).ensureAlpha(0.5).webp().toBuffer(),
    wave(90, 60).gif().toBuffer(),
    wave(90, 60).tiff({ compression: 'lzw' }).toBuffer(),
  ]);
}

/** Pictures through both decoders: the same verdict for the same reason, and the same picture. */
export async function picturesTarget(): Promise<Target> {
  const decoders: [Preparer, Preparer] = [
    await createPreparer(size, '#204060', 'tensorflow'),
    await createPreparer(size, '#204060', 'sharp'),
  ];
  return {
    name: 'pictures',
    whole: wholePictures,
    check: async (inputs) => {
      const [fast = [], slow = []] = [
        await decoders[0].prepareContents(inputs),
        await decoders[1].prepareContents(inputs),
      ];
      return inputs.map((input, i) => difference(input, fast[i]!, slow[i]!)); // one for each input
    },
    close: () => {
      for (const decoder of decoders) decoder.dispose();
    },
  };
}

type Result = Awaited<ReturnType<Preparer['prepareContents']>>[number];

function difference(input: Uint8Array, fast: Result, slow: Result): string | null {
  const words = (result: Result): string => ('reason' in result ? result.reason : 'a picture');
  if ('reason' in fast || 'reason' in slow) {
    return words(fast) === words(slow) ? null : `TensorFlow: ${words(fast)}; sharp: ${words(slow)}`;
  }
  const shape = ({ width, height, format }: typeof fast): string => `${format} of ${width} × ${height}`;
  if (shape(fast) !== shape(slow)) return `TensorFlow: ${shape(fast)}; sharp: ${shape(slow)}`;
  // Two ways of scaling whole pictures are 40 dB apart; hard edges in a garbled one cost 20 of them.
  const same = psnr(fast.pixels, slow.pixels);
  return same >= 20 || isGarbled(input, fast.pixels, slow.pixels)
    ? null
    : `two pictures, ${same.toFixed(1)} dB apart`;
}

/** Whether no encoder writes such codes or quantisation, or values that overflow, which they do in each decoder differently. */
function isGarbled(input: Uint8Array, ...pictures: Uint8Array[]): boolean {
  const header = readJpegHeader(input);
  if (header === null || (readScans(input, header)?.odd ?? 1) > 0) return true;
  const at = Buffer.from(input).indexOf(Buffer.from([0xff, 0xdb])) + 5;
  const jumps = input.subarray(at, at + 64).some((step, i, steps) => i > 0 && step > 12 * steps[i - 1]!); // before it
  const extreme = (pixels: Uint8Array): number =>
    pixels.reduce((count, value) => count + Number(value === 0 || value === 255), 0) / pixels.length;
  return jumps || pictures.some((pixels) => extreme(pixels) > 0.1);
}
