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

/** Largest difference of two lists of numbers, and NaN when one is no number or the lengths differ. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.NaN;
  return Array.from(actual).reduce((worst, value, i) => {
    const difference = Math.abs(value - expected[i]!);
    return Number.isNaN(difference) || difference > worst ? difference : worst;
  }, 0);
}
