import { loadTensorFlow } from '../tensorflow/backend';
import { isClosed, readJpegHeader } from './jpeg';
import { headerFault } from './jpegFault';
import {
  createJpegPreparer,
  isPlain,
  type JpegFile,
  type JpegPreparer,
  shapeOf,
  TOGETHER,
} from './jpegPreparer';
import { readPictures, type UnusableImage } from './pictureReader';
import { type PreparedImage, parseColour, tryPrepareImage } from './prepare';

/** What scales plain JPEG files; the two differ a little, so a store of pictures names the one it was made with. */
export type Decoder = 'tensorflow' | 'sharp';

/** Prepares pictures of one size and background. */
export interface Preparer {
  /** As `tryPrepareImage` for each of some files. What a picture becomes does not depend on those beside it. */
  prepareFiles(files: readonly string[]): Promise<(PreparedImage | UnusableImage)[]>;
  /** The same for the contents of files. */
  prepareContents(
    contents: Iterable<Uint8Array> | AsyncIterable<Uint8Array | UnusableImage>,
  ): Promise<(PreparedImage | UnusableImage)[]>;
  /** Frees what TensorFlow holds. */
  dispose(): void;
}

/** The decoder that this machine has; loads TensorFlow. */
export const chooseDecoder = async (): Promise<Decoder> =>
  (await loadTensorFlow()).name === 'tensorflow' ? 'tensorflow' : 'sharp';

/** Prepares some files as this machine does. Throws what `createPreparer` throws. */
export async function prepareFiles(files: readonly string[], size: number, background: string) {
  const preparer = await createPreparer(size, background, await chooseDecoder());
  try {
    return await preparer.prepareFiles(files);
  } finally {
    preparer.dispose();
  }
}

/** A picture that waits for others of its shape, with its place among the results. */
type Waiting = JpegFile & { row: number };

/** Throws `BAD_SETTING` for a colour that is none, `NO_BACKEND` when TensorFlow is asked for and not there. */
export async function createPreparer(size: number, background: string, decoder: Decoder): Promise<Preparer> {
  const colour = parseColour(background);
  const slow = (content: Uint8Array) => tryPrepareImage(content, size, background);
  let fast: JpegPreparer | null = null;
  if (decoder === 'tensorflow') {
    await loadTensorFlow();
    fast = createJpegPreparer(size, colour);
  }
  const prepareContents: Preparer['prepareContents'] = async (contents) => {
    const results: (Promise<PreparedImage | UnusableImage> | PreparedImage | UnusableImage)[] = [];
    const batches = new Map<string, Waiting[]>();
    const finish = (batch: readonly Waiting[]): void => {
      const prepared = fast?.prepare(batch) ?? [];
      batch.forEach(({ row, content }, i) => {
        results[row] = prepared[i] ?? slow(content);
      });
    };
    for await (const content of contents) {
      const row = results.length;
      results.push('reason' in content ? content : { reason: '' }); // the latter is replaced below
      if ('reason' in content) continue;
      const header = fast && isClosed(content) ? readJpegHeader(content) : null;
      if (!header || !isPlain(header) || headerFault(header, content) !== null) {
        results[row] = slow(content);
        continue;
      }
      const shape = shapeOf(header);
      const batch = [...(batches.get(shape) ?? []), { row, content, header }];
      batches.set(shape, batch.length < TOGETHER ? batch : []);
      if (batch.length === TOGETHER) finish(batch);
    }
    for (const batch of batches.values()) finish(batch);
    return Promise.all(results);
  };
  return {
    prepareContents,
    prepareFiles: (files) => prepareContents(readPictures(files)),
    dispose: () => fast?.dispose(),
  };
}
