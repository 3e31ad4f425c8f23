import type { LayersModel } from '@tensorflow/tfjs';
import type { Shape } from '../../lib/core/concepts';
import { buildHead, type HeadSettings } from '../../lib/networks/head';
import { assignWeights } from '../../lib/networks/modelWeights';
import { type OracleArray, oracleJson } from '../oracle';

interface Named {
  weights: string[];
}

/** A head with the weights that an oracle lists under `prefix`, in Keras' order; without dropout. */
export function headFromOracle(
  name: string,
  arrays: Record<string, OracleArray>,
  prefix: string,
  features: Shape,
  settings: Partial<HeadSettings> = {},
): LayersModel {
  const head = buildHead(features, { l2: 0.01, dropout1: 0, dropout2: 0, seed: 1, ...settings });
  const weights = oracleJson<Named>(name).weights.map((weight) => {
    const { shape, data } = arrays[`${prefix}/${weight}`]!;
    return { name: weight, shape, data: Float32Array.from(data) };
  });
  assignWeights(head, weights);
  return head;
}
