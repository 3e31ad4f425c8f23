import { layered } from '../../networks/layered';
import type { Layer } from '../../networks/layers';

/** The layers of the original's network: twice a convolution of 3 × 3 and a halving, then a dense layer behind dropout. It gives logits. */
export const digitLayers = (shape: readonly number[], outputs: number, seed: number): Layer[] => [
  { kind: 'input', name: 'pictures', shape },
  { kind: 'conv', name: 'conv1', filters: 32, size: 3, padding: 'valid', bias: true },
  { kind: 'relu', name: 'conv1_relu' },
  { kind: 'maxPool', name: 'pool1', size: 2, padding: 'valid' },
  { kind: 'conv', name: 'conv2', filters: 64, size: 3, padding: 'valid', bias: true },
  { kind: 'relu', name: 'conv2_relu' },
  { kind: 'maxPool', name: 'pool2', size: 2, padding: 'valid' },
  { kind: 'flatten', name: 'flatten' },
  { kind: 'dropout', name: 'dropout', rate: 0.5, seed },
  { kind: 'dense', name: 'out', units: outputs },
];

/** The network of these layers. */
export const digitCnn = layered('digit CNN', digitLayers);
