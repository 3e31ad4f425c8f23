import { layered } from './layered';
import type { Layer } from './layers';

/** The layer whose output stands for the picture: an eighth of its sides, eight channels. */
export const CODE = 'code';

const conv = (name: string, filters: number): Layer[] => [
  { kind: 'conv', name, filters, size: 3, bias: true },
  { kind: 'relu', name: `${name}_relu` },
];

/** The layers of a convolutional autoencoder that gives logits; the sides of its pictures must be multiples of eight. */
export const autoencoderLayers = (shape: readonly number[]): Layer[] => [
  { kind: 'input', name: 'pictures', shape },
  ...[32, 16, 8].flatMap((filters, i): Layer[] => [
    ...conv(`down${i + 1}`, filters),
    { kind: 'maxPool', name: i === 2 ? CODE : `half${i + 1}`, size: 2 },
  ]),
  ...[8, 16, 32].flatMap((filters, i): Layer[] => [
    ...conv(`up${i + 1}`, filters),
    { kind: 'upsample', name: `double${i + 1}`, by: 2 },
  ]),
  { kind: 'conv', name: 'out', filters: 3, size: 3, bias: true },
];

export const autoencoder = layered('autoencoder', autoencoderLayers);
