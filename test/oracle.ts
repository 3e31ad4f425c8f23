import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Folder of the numbers computed by other libraries; `ORACLES` points at another one. */
export const oracleFolder = process.env.ORACLES ?? path.join(__dirname, 'oracles');

/** An array of an oracle: values in C order. */
export interface OracleArray {
  shape: number[];
  data: Uint8Array | Float32Array | Float64Array;
}

interface Blob {
  file: string;
  arrays: Record<string, { dtype: 'u1' | 'f4' | 'f8'; shape: number[]; offset: number }>;
}

/** `name.json` of the oracles. The caller states the shape it expects; a wrong one fails its assertions. */
export const oracleJson = <T>(name: string): T =>
  JSON.parse(readFileSync(path.join(oracleFolder, `${name}.json`), 'utf8')) as T;

/** The arrays of `name.bin.gz`, by name. */
export function oracleArrays(name: string): Record<string, OracleArray> {
  const { blob } = oracleJson<{ blob: Blob }>(name);
  const bytes = gunzipSync(readFileSync(path.join(oracleFolder, path.dirname(name), blob.file)));
  const types = { u1: Uint8Array, f4: Float32Array, f8: Float64Array };
  const entries = Object.entries(blob.arrays).map(([key, { dtype, shape, offset }]) => {
    const Type = types[dtype];
    const count = shape.reduce((a, b) => a * b, 1);
    const copy = bytes.buffer.slice(
      bytes.byteOffset + offset,
      bytes.byteOffset + offset + count * Type.BYTES_PER_ELEMENT,
    );
    return [key, { shape, data: new Type(copy as ArrayBuffer) }]; // a Buffer's memory, never shared
  });
  return Object.fromEntries(entries) as Record<string, OracleArray>;
}
