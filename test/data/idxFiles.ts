import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** The bytes of an IDX file of bytes. */
export function idxFile(shape: readonly number[], data: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  head.setUint32(0, 0x800 + shape.length);
  for (const [i, size] of shape.entries()) head.setUint32(4 + 4 * i, size);
  return Buffer.concat([new Uint8Array(head.buffer), data]);
}

/** Writes pictures of noise, each with a stroke where its class has it, and their classes as a part of a data set: `train` plain, others packed. */
export function writeIdxPart(folder: string, part: string, count: number, size: number): void {
  mkdirSync(folder, { recursive: true });
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  const pictures = Uint8Array.from({ length: count * size * size }, (_, at) => {
    const row = Math.floor((at % (size * size)) / size);
    return row === 2 * (Math.floor(at / (size * size)) % 10) ? 255 : (at * 31) % 97;
  });
  const write = (name: string, bytes: Uint8Array): void => {
    if (part === 'train') writeFileSync(path.join(folder, name), bytes);
    else writeFileSync(path.join(folder, `${name}.gz`), gzipSync(bytes));
  };
  write(`${part}-images-idx3-ubyte`, idxFile([count, size, size], pictures));
  write(`${part}-labels-idx1-ubyte`, idxFile([count], labels));
}
