import { sha256 } from '../core/files';
import type { Run } from '../core/run';
import { gather } from '../data/numbers';
import { MIRRORED } from '../images/copies';
import { flipped } from '../images/recipe';
import type { ImageStore } from '../images/store';
import { type BaseWeights, scaledPixels } from '../networks/backbone';
import { pictureFeatures } from '../networks/featureStage';
import { meanRows, type Rows } from './sources';

/** What a model is given of each picture of a store: row i is of row i. `mirrored`: of its mirror image. */
export interface Look {
  name: string;
  /** Side of the pictures that it is made of, in pixels. */
  size: number;
  rows(storeAt: StoreAt, mirrored?: boolean): Promise<Rows>;
}

/** The store of the same pictures at a size. */
export type StoreAt = (size: number) => Promise<ImageStore>;

/** Rows of a table of numbers that lies in memory. */
export const tableRows = (values: Float32Array, columns: number, key: string): Rows => ({
  shape: [1, 1, columns],
  key,
  read: (rows) => gather(values, columns, rows),
});

/** The pixels of some rows, `[rows, size, size, 3]` bytes. */
export function storedPixels(images: ImageStore, rows: readonly number[], mirrored = false): Uint8Array {
  if (!mirrored) return images.read(rows);
  return new Uint8Array(
    Buffer.concat(rows.map((row) => flipped(images.readOne(row), images.size, images.size))),
  );
}

/** Bytes as numbers from 0 to 1. */
export const fromBytes = (pixels: Uint8Array): Float32Array =>
  scaledPixels(pixels, { offset: 0, scale: 1 / 255 });

/** Stands for what a look gives of a store. */
export const keyOf = (name: string, images: ImageStore, mirrored = false): string =>
  `${name} ${sha256(images.index.columns.sha256.join(' '))}${mirrored ? ' mirrored' : ''}`;

/** Pictures from 0 to 1, as a CNN takes them. */
export const pictures = (size: number): Look => ({
  name: 'pictures',
  size,
  rows: async (storeAt, mirrored = false) => {
    const images = await storeAt(size);
    return {
      shape: [size, size, 3],
      key: keyOf('pictures', images, mirrored),
      read: (rows) => fromBytes(storedPixels(images, rows, mirrored)),
    };
  },
});

/** Cells of a side that grey values are averaged over. */
const CELLS = 16;

/** The sums of grey values from 0 to 1 over 16 × 16 cells. */
export const grey = (size: number): Look => ({
  name: 'grey',
  size,
  rows: async (storeAt, mirrored = false) => {
    const images = await storeAt(size);
    const values = new Float32Array(images.count * CELLS * CELLS);
    for (let row = 0; row < images.count; row++) {
      const pixels = storedPixels(images, [row], mirrored);
      for (let i = 0; i < pixels.length / 3; i++) {
        const cell = (at: number): number => Math.floor((at * CELLS) / size);
        const at = row * CELLS * CELLS + cell(Math.floor(i / size)) * CELLS + cell(i % size);
        const light = 0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!; // a pixel each
        values[at] = values[at]! + light / 255;
      }
    }
    return tableRows(values, CELLS * CELLS, keyOf('grey', images, mirrored));
  },
});

/** What the backbone, frozen as it was found, has of them: the mean over all places of its last feature map. */
export const backboneFeatures = (run: Run, size: number, backbone: BaseWeights): Look => ({
  name: 'backbone',
  size,
  rows: async (storeAt, mirrored = false) => {
    const images = await storeAt(size);
    const own = { ...run, config: { ...run.config, imageSize: size } };
    const store = await pictureFeatures(own, images, backbone, { variant: mirrored ? MIRRORED : 0 });
    const rows = meanRows(store);
    store.close();
    return rows;
  },
});
