import type { Shape } from '../core/concepts';
import { ReportError } from '../core/errors';
import { openRows } from '../storage/rowReader';
import { badRows, locateRows, readSegments } from '../storage/segment';
import { decodeFloat16 } from '../tensorflow/float16';
import type { FeatureColumns } from './featureTask';

/** Features on disk, as half-precision rows: 23 kB an image at 96 px, 125 kB at 224 px. */
export interface FeatureStore {
  /** Rows; row i has the i-th of the keys that the store was opened with. */
  count: number;
  /** Of one row: `[side, side, channels]`. */
  shape: Shape;
  /** The rows with these numbers, in this order, repeats allowed: float32 `[rows.length, ...shape]`. Throws `BAD_INPUT`. */
  read(rows: readonly number[]): Float32Array;
  /** Gives the files back; may be called twice. */
  close(): void;
}

/** Bytes of one row in half precision. */
export const featureBytes = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 2);

/** Those of `keys` that have no row yet. Throws `BAD_STORE` for a damaged store. */
export function missingFeatures(folder: string, shape: Shape, keys: readonly string[]): Set<string> {
  const places = locateRows(readSegments<FeatureColumns>(folder, featureBytes(shape), []), keys);
  return new Set(keys.filter((_, i) => places[i] === null));
}

/** Opens the rows with these keys. Throws `BAD_STORE` when one is missing, or a file is not as long as its index says. */
export function openFeatures(folder: string, shape: Shape, keys: readonly string[]): FeatureStore {
  const bytes = featureBytes(shape);
  const places = locateRows(readSegments<FeatureColumns>(folder, bytes, []), keys).map((place) => {
    if (place) return place;
    throw badRows(folder, 'a row of features is not in it');
  });
  const reader = openRows(folder, bytes);
  return {
    count: keys.length,
    shape,
    read: (rows) => {
      const wanted = rows.map((row) => {
        const place = places[row];
        if (place) return place;
        throw new ReportError(
          'BAD_INPUT',
          `Row ${row} is not in a store of ${keys.length} rows of features.`,
        );
      });
      const found = reader.read(wanted);
      return decodeFloat16(new Uint16Array(found.buffer, found.byteOffset, found.byteLength / 2));
    },
    close: reader.close,
  };
}
