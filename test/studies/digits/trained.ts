import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LayersModel } from '@tensorflow/tfjs';
import { digitCnn } from '../../../lib/studies/digits/networks';
import { tensorflow } from '../../../lib/tensorflow/backend';
import { oracleFolder } from '../../oracle';

/** The numbers of an array of the oracles. */
export const oracleFloats = (name: string): Float32Array =>
  new Float32Array(new Uint8Array(gunzipSync(readFileSync(path.join(oracleFolder, 'explain', name)))).buffer);

/** The network with the weights that Keras has trained, of which it takes all. */
export function kerasTrained(): LayersModel {
  const model = digitCnn.build([28, 28, 1], { outputs: 10 }, 1);
  const values = oracleFloats('cnn004-trained-weights.f32.gz');
  const { tf } = tensorflow();
  let at = 0;
  tf.tidy(() => {
    for (const weight of model.layers.flatMap(({ weights }) => weights)) {
      const size = weight.shape as number[]; // weights have no open dimension
      const count = size.reduce((a, b) => a * b, 1);
      weight.write(tf.tensor(values.slice(at, at + count), size));
      at += count;
    }
  });
  if (at !== values.length) throw new Error(`${values.length} weights for a network of ${at}`);
  return model;
}
