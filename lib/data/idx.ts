import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ReportError } from '../core/errors';
import { listFolder } from './folders';

/** An array of bytes, laid flat. */
export interface ByteArray {
  shape: readonly number[];
  data: Uint8Array;
}

/** Pictures with a number for the class of each. */
export interface NumberedPictures {
  /** Grey values, `[count, height, width]`. */
  pictures: ByteArray;
  labels: Uint8Array;
}

/** Bytes that a file may have once it is unpacked: ten times MNIST's largest. */
const LARGEST = 2 ** 29;

/** The array in a file of the format IDX that MNIST is published in (LeCun, Cortes and Burges, 1998), packed by gzip or not; of bytes only. `name` is for the message. Throws `BAD_INPUT`. */
export function readIdx(file: Uint8Array, name: string): ByteArray {
  const bad = (reason: string, cause?: unknown): ReportError =>
    new ReportError('BAD_INPUT', `${name} ${reason}: give an IDX file of bytes.`, { cause });
  const bytes = file[0] === 0x1f && file[1] === 0x8b ? unpacked(file, bad) : file;
  const [first, second, type, dimensions = 0] = bytes;
  if (first !== 0 || second !== 0 || type !== 8) throw bad('does not begin as an IDX file of bytes does');
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) throw bad('ends within its head');
  const head = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: dimensions }, (_, i) => head.getUint32(4 + 4 * i));
  const data = bytes.subarray(start);
  if (data.length === shape.reduce((a, b) => a * b, 1)) return { shape, data };
  throw bad(`has ${data.length} values and says that it has ${shape.join(' × ')}`);
}

function unpacked(file: Uint8Array, bad: (reason: string, cause: unknown) => ReportError): Uint8Array {
  try {
    return gunzipSync(file, { maxOutputLength: LARGEST });
  } catch (cause) {
    throw bad(`cannot be unpacked (${cause})`, cause);
  }
}

/** The names that a part's files begin with, behind whatever stands before. */
const beginnings = { training: 'train', test: '(t10k|test)' };

/** Reads `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the same of `t10k` or `test`, each with or without `.gz`; null for a part that is not there. Throws `NO_DATA_FOLDER` when neither is, and `BAD_INPUT`. */
export async function readIdxFolder(
  folder: string,
): Promise<Record<keyof typeof beginnings, NumberedPictures | null>> {
  const { files } = await listFolder(folder).catch((cause: unknown) => {
    const advice = `There is no folder ${folder}: give one with files in the format IDX.`;
    throw new ReportError('NO_DATA_FOLDER', advice, { cause });
  });
  const read = async (beginning: string, what: string): Promise<ByteArray | null> => {
    const pattern = new RegExp(`(^|-)${beginning}-${what}[-.]idx\\d-ubyte(\\.gz)?$`);
    const name = files.find((file) => pattern.test(file));
    return name === undefined ? null : readIdx(await readFile(path.join(folder, name)), name);
  };
  const part = async (beginning: string): Promise<NumberedPictures | null> => {
    const [pictures, labels] = [await read(beginning, 'images'), await read(beginning, 'labels')];
    if (!pictures || !labels) return null;
    if (pictures.shape.length === 3 && labels.shape.length === 1 && pictures.shape[0] === labels.shape[0])
      return { pictures, labels: labels.data };
    const found = `pictures ${pictures.shape.join(' × ')}, labels ${labels.shape.join(' × ')}`;
    throw new ReportError('BAD_INPUT', `${folder} has ${found}: expected a label for each picture.`);
  };
  const found = { training: await part(beginnings.training), test: await part(beginnings.test) };
  if (found.training || found.test) return found;
  const names = 'train-images-idx3-ubyte and train-labels-idx1-ubyte, or the same of t10k';
  throw new ReportError('NO_DATA_FOLDER', `${folder} has no pictures in the format IDX: it needs ${names}.`);
}
