import type { Network } from '../../core/concepts';
import { layered } from '../../networks/layered';
import type { Layer } from '../../networks/layers';

/** A network of the original. It gives logits, and begins with Keras' kernels (Glorot & Bengio, 2010). */
export interface OriginalNetwork extends Network {
  /** The side of the smallest pictures that it takes, in pixels. */
  smallest: number;
  /** Validation accuracy that the original reports, and whether it had augmented its pictures. */
  reported: { accuracy: number; augmented: boolean };
  /** True where training takes minutes an epoch on a laptop. */
  slow: boolean;
  layers(shape: readonly number[], outputs?: number, seed?: number): Layer[];
}

/** Five convolutions of stride 2, "similar to AlexNet", and a dense layer of 1,000. */
export const benchmark = network('benchmark', 1, { accuracy: 0.76, augmented: false }, (seed) => [
  ...[16, 32, 64, 128, 256].flatMap((filters, i) => conv(i + 1, filters, 3, 2)),
  { kind: 'flatten', name: 'flatten' },
  ...dense(1, 1000, 0.5, seed),
]);

/** Four larger windows, each followed by pooling and dropout, and a dense layer of 200. */
export const v1 = network('1.0', 86, { accuracy: 0.72, augmented: false }, (seed) => [
  ...conv(1, 24, 6, 1),
  ...pool(1, 0.2, seed),
  ...conv(2, 48, 5, 2),
  ...pool(2, 0.3, seed),
  ...conv(3, 64, 4, 2),
  ...pool(3, 0.4, seed),
  ...conv(4, 128, 3, 2),
  ...pool(4, 0.5, seed),
  { kind: 'flatten', name: 'flatten' },
  ...dense(1, 200, 0.7, seed),
]);

/** Eleven convolutions of 64 to 1,024 filters, of which stride 2 takes the place of pooling, and two dense layers of 1,000. */
export const v2 = network('2.0', 1, { accuracy: 0.84, augmented: true }, (seed) => [
  ...[64, 128, 256, 512, 512].flatMap((filters, i) => [
    ...conv(2 * i + 1, filters, 3, 1),
    ...conv(2 * i + 2, filters, 3, 2),
  ]),
  ...conv(11, 1024, 3, 2),
  { kind: 'flatten', name: 'flatten' },
  ...dense(1, 1000, 0.7, seed),
  ...dense(2, 1000, 0.5, seed),
]);

/** The three, in the order in which the original tells of them. */
export const networks: readonly OriginalNetwork[] = [benchmark, v1, v2];

/** Of the running statistics. Keras' 0.99, which the original has, needs hundreds of steps to forget where it began; its epochs had 1,176, those of a small data set have 20. */
const momentum = 0.9;

const conv = (i: number, filters: number, size: number, stride: number): Layer[] => [
  { kind: 'conv', name: `conv${i}`, filters, size, stride, bias: true },
  { kind: 'batchNorm', name: `bn${i}`, momentum },
  { kind: 'relu', name: `relu${i}` },
];

const pool = (i: number, rate: number, seed: number): Layer[] => [
  { kind: 'maxPool', name: `pool${i}`, size: 2, padding: 'valid' },
  { kind: 'dropout', name: `dropout${i}`, rate, seed },
];

const dense = (i: number, units: number, rate: number, seed: number): Layer[] => [
  { kind: 'dense', name: `dense${i}`, units },
  { kind: 'batchNorm', name: `dense${i}_bn`, momentum },
  { kind: 'relu', name: `dense${i}_relu` },
  { kind: 'dropout', name: `dense${i}_dropout`, rate, seed },
];

function network(
  name: string,
  smallest: number,
  reported: OriginalNetwork['reported'],
  hidden: (seed: number) => Layer[],
): OriginalNetwork {
  const layers: OriginalNetwork['layers'] = (shape, outputs = 2, seed = 0) => [
    { kind: 'input', name: 'pictures', shape },
    ...hidden(seed),
    { kind: 'dense', name: 'out', units: outputs },
  ];
  return { ...layered(name, layers), layers, slow: name === '2.0', smallest, reported };
}
