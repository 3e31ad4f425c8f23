import { layered } from './layered';
import type { Layer } from './layers';

/** A network for pictures of about 64 pixels a side: four times convolution, batch normalization, ReLU and halving, then mean, dropout and logits. */
export const smallCnn = layered('small CNN', (shape, outputs, seed) => [
  { kind: 'input', name: 'pictures', shape },
  ...[16, 32, 64, 128].flatMap((filters, i): Layer[] => [
    { kind: 'conv', name: `conv${i + 1}`, size: 3, filters },
    { kind: 'batchNorm', name: `bn${i + 1}`, momentum: 0.9 },
    { kind: 'relu', name: `relu${i + 1}` },
    { kind: 'maxPool', name: `pool${i + 1}`, size: 2 },
  ]),
  { kind: 'globalAveragePool', name: 'gap' },
  { kind: 'dropout', name: 'dropout', rate: 0.3, seed },
  { kind: 'dense', name: 'out', units: outputs },
]);

/** A network after VGG (Simonyan and Zisserman 2015) at a quarter of its width: pairs of convolutions before each halving, then two dense layers. */
export const vggLike = layered('VGG-like CNN', (shape, outputs, seed) => [
  { kind: 'input', name: 'pictures', shape },
  ...[16, 32, 64, 128].flatMap((filters, i): Layer[] => [
    ...[`${i + 1}_1`, `${i + 1}_2`].flatMap((at): Layer[] => [
      { kind: 'conv', name: `conv${at}`, size: 3, filters },
      { kind: 'batchNorm', name: `bn${at}`, momentum: 0.9 },
      { kind: 'relu', name: `relu${at}` },
    ]),
    { kind: 'maxPool', name: `pool${i + 1}`, size: 2 },
  ]),
  { kind: 'flatten', name: 'flatten' },
  { kind: 'dense', name: 'dense', units: 128 },
  { kind: 'relu', name: 'dense_relu' },
  { kind: 'dropout', name: 'dropout', rate: 0.5, seed },
  { kind: 'dense', name: 'out', units: outputs },
]);
