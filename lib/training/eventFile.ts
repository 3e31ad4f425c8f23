import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { EpochRecord, Figures } from '../core/concepts';
import { explainDiskError } from '../core/errors';
import { bytes, double, real, whole } from '../tensorflow/protobuf';

/** Bits of the polynomial of CRC-32C (Castagnoli), the lowest power first. */
const POLYNOMIAL = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** CRC-32C of bytes (RFC 3720, appendix B.4), from 0 to 2³² − 1. */
export function crc32c(data: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of data) sum = table[(sum ^ byte) & 255]! ^ (sum >>> 8); // 256 entries
  return ~sum >>> 0;
}

/** A frame of a TFRecord file: the length in 64 bits, its checksum, the data, their checksum. */
export function tfRecord(data: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, maskedChecksum(length), data, maskedChecksum(data)]);
}

/** TFRecord turns its checksums by 15 bits and adds a constant, so that those of data which hold checksums are sound. */
function maskedChecksum(data: Uint8Array): Buffer {
  const sum = crc32c(data);
  const masked = Buffer.alloc(4);
  masked.writeUInt32LE((((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0);
  return masked;
}

/** The event with which a file begins; `seconds` since 1970. */
export const versionEvent = (seconds: number): Buffer =>
  tfRecord(Buffer.concat([double(1, seconds), bytes(3, 'brain.Event:2')]));

/** The event of some scalars at one step, from 1 on. */
export function scalarEvent(
  seconds: number,
  step: number,
  scalars: Readonly<Record<string, number>>,
): Buffer {
  const values = Object.entries(scalars).map(([tag, value]) => bytes(1, bytes(1, tag), real(2, value)));
  return tfRecord(Buffer.concat([double(1, seconds), whole(2, step), bytes(5, ...values)]));
}

/** What TensorBoard shows of an epoch, under the names that Keras gives. */
export const epochScalars = ({
  training,
  validation,
  learningRate,
}: EpochRecord): Record<string, number> => ({
  ...training,
  ...validationScalars(validation),
  learning_rate: learningRate,
});

/** Figures under the names that Keras gives those of validation: `val_loss`, … */
export const validationScalars = (figures: Figures): Record<string, number> =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [`val_${name}`, value]));

/**
 * Writes each epoch that it is given into a file of events in `folder/name`, for `tensorboard --logdir folder`. The file begins with the first
 * epoch, and a training that is resumed gets a further file, which TensorBoard joins to the one before. Without a folder nothing is written.
 */
export function epochEvents(folder: string | null, name: string): (record: EpochRecord) => Promise<void> {
  let file: string | undefined;
  return async (record) => {
    if (folder === null) return;
    const now = Date.now() / 1000;
    const event = scalarEvent(now, record.epoch, epochScalars(record));
    try {
      if (file === undefined) {
        await mkdir(path.join(folder, name), { recursive: true });
        file = path.join(folder, name, `events.out.tfevents.${Math.floor(now)}.${process.pid}`);
        await appendFile(file, versionEvent(now));
      }
      await appendFile(file, event);
    } catch (error) {
      throw explainDiskError(error, folder);
    }
  };
}
