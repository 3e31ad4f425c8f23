import { availableParallelism } from 'node:os';
import type { Source, Task } from '../core/concepts';
import { sha256, stableJson } from '../core/files';
import { gather } from '../data/numbers';
import { type Augmentation, augmentTogether } from '../images/copies';
import type { ImageStore } from '../images/store';
import { type BaseWeights, shapeOf } from '../networks/backbone';
import { createExtractor, type Extractor } from '../networks/features';
import { openThreads, type Workers } from '../storage/workers';
import { encodeLabels, hashOf } from './sources';

export interface PictureSourceOptions<L> {
  task: Task<L>;
  images: Pick<ImageStore, 'size' | 'read' | 'index'>;
  /** The rows of `images` that are learnt from. */
  rows: readonly number[];
  /** One for each of the rows; `themselves`: each picture is its own label, as for a reconstruction. */
  labels: readonly L[] | 'themselves';
  /** How pictures are moved, another way in each epoch; default not at all. */
  augmentation?: Augmentation;
}

/** A source of pictures. Closing it ends its threads; a source of pictures that are not augmented has none. */
export interface PictureSource extends Source {
  close(): void;
}

/** Pictures straight from their store, augmented in threads from epoch 1 on, another way in each. Throws `BAD_INPUT` for a label that the task cannot encode. */
export function pictureSource<L>({
  task,
  images,
  rows,
  labels,
  augmentation,
}: PictureSourceOptions<L>): PictureSource {
  const { size } = images;
  const { file, sha256: hashes } = images.index.columns;
  const y = labels === 'themselves' ? null : encodeLabels(task, labels);
  const content = rows.map((row) => [file[row], hashes[row]]);
  const floats = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
  const batchOf = (own: readonly number[], pixels: Uint8Array) => {
    const x = new Float32Array(pixels.length);
    for (let i = 0; i < x.length; i++) x[i] = floats[pixels[i]!]!; // a number for each byte
    return { x, y: y ? gather(y, task.outputs, own) : x };
  };
  let threads: Workers | null = null;
  return {
    count: rows.length,
    shape: [size, size, 3],
    key: sha256(stableJson({ size, content, augmentation: augmentation ?? null, y: y && hashOf([y]) })),
    read: (own, epoch) => {
      const wanted = own.map((i) => rows[i]!); // below the count
      const pixels = images.read(wanted);
      if (!augmentation || epoch === 0) return batchOf(own, pixels);
      threads ??= openThreads(availableParallelism());
      const copies = wanted.map((row) => ({ picture: file[row]!, variant: epoch })); // one for each row of the store
      return augmentTogether({ ...augmentation, pixels, size, copies }, threads).then((moved) =>
        batchOf(own, moved),
      );
    },
    close: () => threads?.close(),
  };
}

/** Pictures seen by a frozen backbone as they flow: what comes out of its layer `upTo`, which the rest is trained on. Closing it closes the pictures. */
export function seenBy(pictures: PictureSource, backbone: BaseWeights, upTo: string): PictureSource {
  const [size] = pictures.shape;
  let extractor: Promise<Extractor> | null = null;
  return {
    ...pictures,
    shape: shapeOf(backbone, size, upTo),
    key: `${pictures.key} ${backbone.sha256} ${upTo}`,
    read: async (rows, epoch) => {
      extractor ??= createExtractor(backbone, size, undefined, upTo);
      const { extract } = await extractor;
      const { x, y } = await pictures.read(rows, epoch);
      const pixels = new Uint8Array(x.length);
      for (let i = 0; i < x.length; i++) pixels[i] = Math.round(255 * x[i]!); // as many
      return { x: extract(pixels, rows.length), y };
    },
    close: () => {
      pictures.close();
      extractor?.then(({ dispose }) => dispose()).catch(() => {}); // what went wrong was raised where it was read
    },
  };
}
