import type { Network } from '../../core/concepts';
import { layered } from '../../networks/layered';
import type { Layer } from '../../networks/layers';

/** What can be changed of the original's network. */
export interface FaceCnnOptions {
  /** Of what its dense layers are given in training. The original says that it looked for the right one, not which it is. */
  dropout?: number;
  activation?: 'relu' | 'leakyRelu';
  /** Of the running statistics. Keras' 0.99, which the original has, needs hundreds of steps to forget where it began. */
  momentum?: number;
}

/** Slope of LeakyReLU below 0, Keras' default. */
const LEAK = 0.3;

/** The layers of the original's network: twice two convolutions and a halving, each convolution between batch normalizations, and a dense layer of 384. It gives logits. */
export function faceCnnLayers(
  { dropout = 0.4, activation = 'relu', momentum = 0.9 }: FaceCnnOptions,
  shape: readonly number[],
  outputs: number,
  seed: number,
): Layer[] {
  const active = (name: string): Layer =>
    activation === 'relu' ? { kind: 'relu', name } : { kind: 'leakyRelu', name, slope: LEAK };
  const block = (i: number, filters: number): Layer[] => [
    { kind: 'conv', name: `conv${i}`, filters, size: 3, padding: 'valid', bias: true },
    active(`conv${i}_${activation}`),
    { kind: 'batchNorm', name: `bn${i}`, momentum },
  ];
  return [
    { kind: 'input', name: 'pictures', shape },
    { kind: 'batchNorm', name: 'bn0', momentum },
    ...block(1, 32),
    ...block(2, 32),
    { kind: 'maxPool', name: 'pool1', size: 2, padding: 'valid' },
    ...block(3, 64),
    ...block(4, 64),
    { kind: 'maxPool', name: 'pool2', size: 2, padding: 'valid' },
    { kind: 'flatten', name: 'flatten' },
    { kind: 'dropout', name: 'dropout1', rate: dropout, seed },
    { kind: 'dense', name: 'dense', units: 384 },
    active(`dense_${activation}`),
    { kind: 'dropout', name: 'dropout2', rate: dropout, seed },
    { kind: 'dense', name: 'out', units: outputs },
  ];
}

/** The network of these layers. */
export const faceCnn = (options: FaceCnnOptions = {}): Network =>
  layered('face CNN', (shape, outputs, seed) => faceCnnLayers(options, shape, outputs, seed));
