import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ReportError } from '../errors';
import { stableJson, writeAtomic } from '../files';

/** Everything that training goes on from. */
export interface Checkpoint {
  /** Stands for the settings; training goes on only with the same. */
  key: string;
  /** Epochs done. */
  epoch: number;
  /** Steps of the optimizer. */
  steps: number;
  /** Of all runs so far. */
  seconds: number;
  /** Mean loss of each epoch done. */
  losses: number[];
  /** Weights, statistics and running averages. */
  arrays: Float32Array[];
}

/** Writes a checkpoint whole or not at all: the length of a JSON header, the header, then the numbers (little-endian). */
export async function writeCheckpoint(file: string, { arrays, ...rest }: Checkpoint): Promise<void> {
  const header = Buffer.from(stableJson({ ...rest, lengths: arrays.map(({ length }) => length) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const numbers = arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength));
  await writeAtomic(file, Buffer.concat([length, header, ...numbers]));
}

/** The checkpoint in `file`, or null when there is none or one of other settings. Throws `BROKEN_STAGE` when it is damaged. */
export async function readCheckpoint(file: string, key: string): Promise<Checkpoint | null> {
  if (!existsSync(file)) return null;
  const bytes = await readFile(file);
  try {
    let offset = 4 + bytes.readUInt32LE(0);
    const header = JSON.parse(bytes.toString('utf8', 4, offset)) as Omit<Checkpoint, 'arrays'> & {
      lengths: number[];
    };
    if (header.key !== key) return null;
    const arrays = header.lengths.map((length) => {
      const part = bytes.subarray(offset, offset + 4 * length);
      if (part.length !== 4 * length) throw new Error('it is cut short');
      offset += 4 * length;
      return new Float32Array(part.buffer.slice(part.byteOffset, part.byteOffset + part.length));
    });
    const { lengths: _, ...rest } = header;
    return { ...rest, arrays };
  } catch (error) {
    throw new ReportError('BROKEN_STAGE', `${file} is damaged: delete it and run again.`, { cause: error });
  }
}
