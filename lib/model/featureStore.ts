import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { explainDiskError, ReportError } from '../errors';
import { stableJson, writeAtomic } from '../files';
import { decodeFloat16, encodeFloat16 } from './float16';

/** What lies in `features.json` beside `features.bin`. */
export interface FeatureIndex {
  /** Rows; row i belongs to the i-th image that was appended. */
  count: number;
  /** Of one row: `[side, side, channels]`. */
  shape: readonly number[];
  /** SHA-256 of the weights the features were made with. */
  weights: string;
}

export interface FeatureWriter {
  /** Adds whole rows (`rows × shape` values); they are rounded to half precision. Throws `BAD_INPUT`, `DISK_FULL`. */
  append(features: Float32Array): Promise<void>;
  /** Ends the file and writes the index; without it the folder cannot be opened. */
  close(): Promise<FeatureIndex>;
  /** Gives the file back without an index, when something went wrong. */
  abandon(): Promise<void>;
}

/** Features on disk, as half-precision rows: 23 kB an image at 96 px, 125 kB at 224 px. */
export interface FeatureStore extends FeatureIndex {
  /** The rows with these numbers, in this order, repeats allowed: float32 `[rows.length, ...shape]`. Throws `BAD_INPUT`. */
  read(rows: readonly number[]): Float32Array;
  /** Gives the file back; may be called twice. */
  close(): void;
}

const valuesPerRow = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Starts `features.bin` in a folder (a stage's), batch after batch, without holding more than one batch in memory. */
export async function createFeatures(
  folder: string,
  { shape, weights }: Pick<FeatureIndex, 'shape' | 'weights'>,
): Promise<FeatureWriter> {
  const file = path.join(folder, 'features.bin');
  const handle = await open(file, 'w');
  const values = valuesPerRow(shape);
  let count = 0;
  return {
    append: async (features) => {
      if (features.length % values !== 0) {
        throw new ReportError(
          'BAD_INPUT',
          `${features.length} values are no whole number of feature rows [${shape}] for ${file}.`,
        );
      }
      const halves = encodeFloat16(features);
      try {
        await handle.appendFile(new Uint8Array(halves.buffer));
      } catch (error) {
        throw explainDiskError(error, file);
      }
      count += features.length / values;
    },
    close: async () => {
      await handle.close();
      const index: FeatureIndex = { count, shape: [...shape], weights };
      await writeAtomic(path.join(folder, 'features.json'), `${stableJson(index, 2)}\n`);
      return index;
    },
    abandon: () => handle.close(),
  };
}

/** Opens what `createFeatures` left. Throws `BAD_STORE` when the folder lacks it or the file is not as long as the index says. */
export function openFeatures(folder: string): FeatureStore {
  const index = readIndex(folder);
  const file = path.join(folder, 'features.bin');
  const values = valuesPerRow(index.shape);
  const expected = index.count * values * 2;
  const found = existsSync(file) ? statSync(file).size : 0;
  if (!existsSync(file) || found !== expected) {
    throw damaged(file, `it has ${found} bytes, expected ${expected}`);
  }
  let handle: number | null = openSync(file, 'r');
  return {
    ...index,
    read: (rows) => {
      if (handle === null) throw new ReportError('BAD_INPUT', `${file} was closed: open it again.`);
      const wrong = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= index.count);
      if (wrong !== undefined) {
        throw new ReportError(
          'BAD_INPUT',
          `Row ${wrong} was asked for, but ${file} has rows 0 to ${index.count - 1}.`,
        );
      }
      return readRows(handle, file, rows, values);
    },
    close: () => {
      if (handle !== null) closeSync(handle);
      handle = null;
    },
  };
}

/** Neighbouring rows are read in one go: a training batch is mostly scattered, an evaluation is not. */
function readRows(handle: number, file: string, rows: readonly number[], values: number): Float32Array {
  const halves = new Uint16Array(rows.length * values);
  for (let start = 0, end = 0; start < rows.length; start = end) {
    end = start + 1;
    while (end < rows.length && rows[end] === rows[end - 1]! + 1) end++; // end > start ≥ 0
    const target = new Uint8Array(halves.buffer, start * values * 2, (end - start) * values * 2);
    const position = rows[start]! * values * 2; // start < rows.length
    for (let done = 0; done < target.length; ) {
      const read = readSync(handle, target, done, target.length - done, position + done);
      if (read === 0) throw damaged(file, 'it became shorter while it was open');
      done += read;
    }
  }
  return decodeFloat16(halves);
}

function readIndex(folder: string): FeatureIndex {
  const file = path.join(folder, 'features.json');
  if (!existsSync(file)) throw damaged(file, 'there is no such file');
  let index: Partial<FeatureIndex>;
  try {
    index = JSON.parse(readFileSync(file, 'utf8')) as Partial<FeatureIndex>; // checked below
  } catch (error) {
    throw damaged(file, 'it is not JSON', error);
  }
  const { count, shape, weights } = index;
  const size = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
  if (!size(count) || !Array.isArray(shape) || !shape.every(size) || typeof weights !== 'string') {
    throw damaged(file, 'count, shape or weights is missing or of another kind');
  }
  return { count, shape, weights };
}

const damaged = (file: string, what: string, cause?: unknown): ReportError =>
  new ReportError(
    'BAD_STORE',
    `${file} is damaged (${what}): delete the folder ${path.dirname(file)} and run again.`,
    { cause },
  );
