import { sha256 } from '../../core/files';
import type { Run } from '../../core/run';
import { gather } from '../../data/numbers';
import { augment, MIRRORED } from '../../images/copies';
import type { ImageStore } from '../../images/store';
import { openBackbone } from '../../networks/backbones';
import { pictureFeatures } from '../../networks/featureStage';
import { meanRows, type Rows } from '../../training/sources';
import type { Config } from './settings';

/** What a model is given of each face of a store: row i is of row i. `mirrored`: of its mirror image. */
export interface Look {
  name: string;
  /** Side of the pictures that it is made of, in pixels. */
  size: number;
  rows(storeAt: StoreAt, mirrored?: boolean): Promise<Rows>;
}

/** The store of the same faces at a size. */
export type StoreAt = (size: number) => Promise<ImageStore>;

/** Rows of a table of numbers that lies in memory. */
export const tableRows = (values: Float32Array, columns: number, key: string): Rows => ({
  shape: [1, 1, columns],
  key,
  read: (rows) => gather(values, columns, rows),
});

/** The pixels of some rows, `[rows, size, size, 3]` bytes. */
export function pixelsOf(images: ImageStore, rows: readonly number[], mirrored = false): Uint8Array {
  const pixels = images.read(rows);
  if (!mirrored) return pixels;
  const { file } = images.index.columns;
  const copies = rows.map((row) => ({ picture: file[row]!, variant: MIRRORED })); // rows of the store
  const settings = { rotation: 0, shift: 0, shear: 0, zoom: 0, horizontalFlip: false };
  return augment({ pixels, size: images.size, copies, settings, seed: 0 });
}

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
      read: (rows) => Float32Array.from(pixelsOf(images, rows, mirrored), (byte) => byte / 255),
    };
  },
});

/** Cells of a side that grey values are averaged over. */
const CELLS = 16;

/** The grey values of 16 × 16 cells. */
export const grey = (size: number): Look => ({
  name: 'grey',
  size,
  rows: async (storeAt, mirrored = false) => {
    const images = await storeAt(size);
    const values = new Float32Array(images.count * CELLS * CELLS);
    for (let row = 0; row < images.count; row++) {
      const pixels = pixelsOf(images, [row], mirrored);
      for (let i = 0; i < pixels.length / 3; i++) {
        const [x, y] = [i % size, Math.floor(i / size)].map((at) => Math.floor((at * CELLS) / size)) as [
          number,
          number,
        ]; // of two
        const at = row * CELLS * CELLS + y * CELLS + x;
        const light = 0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!; // a pixel each
        values[at] = values[at]! + light / 255;
      }
    }
    return tableRows(values, CELLS * CELLS, keyOf('grey', images, mirrored));
  },
});

/** What the backbone, frozen as it was found, has of them: the mean over all places of its last feature map. */
export const backboneFeatures = (run: Run<Config>): Look => ({
  name: 'transfer',
  size: run.config.transferSize,
  rows: async (storeAt, mirrored = false) => {
    const images = await storeAt(run.config.transferSize);
    const own = { ...run, config: { ...run.config, imageSize: run.config.transferSize } };
    const store = await pictureFeatures(own, images, await openBackbone(own), {
      variant: mirrored ? MIRRORED : 0,
    });
    const rows = meanRows(store);
    store.close();
    return rows;
  },
});

/** What several looks give of a face, one after the other. */
export const joined = (name: string, looks: readonly Look[]): Look => ({
  name,
  size: looks[0]!.size, // there is at least one
  rows: async (storeAt, mirrored) => {
    const all: Rows[] = [];
    for (const look of looks) all.push(await look.rows(storeAt, mirrored));
    const columns = all.map(({ shape }) => shape[2]);
    const width = columns.reduce((a, b) => a + b, 0);
    return {
      shape: [1, 1, width],
      key: all.map(({ key }) => key).join(' '),
      read: (rows) => {
        const parts = all.map(({ read }) => read(rows));
        const values = new Float32Array(rows.length * width);
        rows.forEach((_, i) => {
          let at = i * width;
          parts.forEach((part, k) => {
            const own = part.subarray(i * columns[k]!, (i + 1) * columns[k]!); // one for each look
            values.set(own, at);
            at += own.length;
          });
        });
        return values;
      },
    };
  },
});
