import { loadTensorFlow } from '../tensorflow/backend';
import { isClosed, readJpegHeader } from './jpeg';
import { createJpegPreparer, isPlain, type JpegPreparer } from './jpegPreparer';
import { type PreparedImage, parseColour, readPicture, tryPrepareImage, type UnusableImage } from './prepare';

/**
 * What scales plain JPEG files: native TensorFlow where it runs, else sharp, which does everything else in either case. Both stay within
 * 40 dB of Pillow's Lanczos, TensorFlow within 45; only a picture that has to be enlarged, which sharp does with another kernel, may
 * differ by more. So a store of pictures names the one it was made with.
 */
export type Decoder = 'tensorflow' | 'sharp';

/** Prepares pictures of one size and background, one after the other. */
export interface Preparer {
  /** As `tryPrepareImage`. What a picture becomes does not depend on those before it. */
  prepare(source: string | Uint8Array): Promise<PreparedImage | UnusableImage>;
  /** Frees what TensorFlow holds. */
  dispose(): void;
}

/** The decoder that this machine has; loads TensorFlow. */
export const chooseDecoder = async (): Promise<Decoder> =>
  (await loadTensorFlow()).name === 'tensorflow' ? 'tensorflow' : 'sharp';

/** Throws `BAD_SETTING` for a colour that is none, `NO_BACKEND` when TensorFlow is asked for and not there. */
export async function createPreparer(size: number, background: string, decoder: Decoder): Promise<Preparer> {
  const colour = parseColour(background);
  const slow = (source: string | Uint8Array) => tryPrepareImage(source, size, background);
  if (decoder === 'sharp') return { prepare: slow, dispose: () => {} };
  await loadTensorFlow();
  const fast = createJpegPreparer(size);
  return {
    prepare: async (source) => {
      const content = typeof source === 'string' ? await readPicture(source) : source;
      if ('reason' in content) return content;
      return prepareJpeg(fast, content, size, colour) ?? slow(content);
    },
    dispose: fast.dispose,
  };
}

/** Null when the content is no plain JPEG, or a damaged one: then sharp says what is wrong with it, or makes it good. */
function prepareJpeg(
  preparer: JpegPreparer,
  content: Uint8Array,
  size: number,
  colour: readonly [number, number, number],
): PreparedImage | null {
  const header = readJpegHeader(content);
  if (!header || !isPlain(header) || !isClosed(content)) return null;
  const { width, height } = header;
  try {
    const { pixels, box } = preparer.prepare(content, header);
    if (colour.some((value) => value > 0)) fillAround(pixels, size, box, colour);
    return { pixels, box, width, height, format: 'jpeg' };
  } catch {
    return null; // TensorFlow names neither the file nor the fault; sharp does, and it sees the file next
  }
}

/** Gives everything outside `box` the colour. */
function fillAround(
  pixels: Uint8Array,
  size: number,
  { left, top, width, height }: PreparedImage['box'],
  colour: readonly [number, number, number],
): void {
  for (let y = 0; y < size; y++) {
    const inside = y >= top && y < top + height;
    for (let x = 0; x < size; x++) {
      if (!inside || x < left || x >= left + width) pixels.set(colour, (y * size + x) * 3);
    }
  }
}
