import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LayersModel } from '@tensorflow/tfjs';
import type { PictureSource } from '../../lib/explain/explainImages';
import { backboneModel } from '../../lib/networks/backbone';
import { readKerasWeights } from '../../lib/networks/hdf5';
import { mobilenet } from '../../lib/networks/weightArrays';
import { headFromOracle } from '../networks/headOracle';
import { oracleArrays, oracleFolder } from '../oracle';

/** Base, head and the one picture of the Grad-CAM oracle. The caller disposes the models. */
export async function oracleModel(): Promise<{
  base: LayersModel;
  head: LayersModel;
  pixels: Uint8Array;
  images: Float32Array;
  /** The picture as it is explained. */
  source: PictureSource;
}> {
  const arrays = oracleArrays('gradcam');
  const { input_u8 = oracleArrays('mobilenet').input_u8! } = arrays; // older sets explain the picture of the base
  const pixels = input_u8.data as Uint8Array; // stored as u1
  let base: LayersModel;
  const folder = await mkdtemp(path.join(tmpdir(), 'weights-'));
  try {
    const file = path.join(folder, 'weights.h5');
    const packed = readFileSync(path.join(oracleFolder, 'mobilenet_v2_0.35_96_no_top.legacy.h5.gz'));
    await writeFile(file, new Uint8Array(gunzipSync(new Uint8Array(packed))));
    base = backboneModel(mobilenet(await readKerasWeights(file), 0.35), 96);
  } finally {
    await rm(folder, { recursive: true });
  }
  const head = headFromOracle('gradcam', arrays, 'head', [3, 3, 1280], {
    filters: 8,
    units: [16, 8],
  });
  const images = Float32Array.from(pixels, (value) => value / 127.5 - 1);
  return { base, head, pixels, images, source: picturesOf(pixels) };
}

/** Pictures of one size as they are explained. */
export const picturesOf = (...pictures: readonly Uint8Array[]): PictureSource => ({
  count: pictures.length,
  read: (rows) => Uint8Array.from(rows.flatMap((row) => [...pictures[row]!])), // one of them
});
