import type { layers as Layers, LayersModel, SymbolicTensor, Tensor } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { type TensorFlow, tensorflow } from '../tensorflow/backend';
import { describeMobilenet, epsilon, featureShape, type Unit } from './architecture';
import type { NamedArray } from './hdf5';
import type { SummaryRow } from './summary';
import { alphaOf } from './weightArrays';
import type { BaseWeights } from './weights';

type Layer = Layers.Layer;

/**
 * MobileNetV2 without top as a layers model with Keras' layer names: `[batch, size, size, 3]` in [−1, 1] → `out_relu`,
 * `[batch, size/32, size/32, channels]` in [0, 6]. Its weights are zeros until `assignWeights`. Give it back with `dispose()`.
 * Throws `BAD_INPUT` when `imageSize` is not a whole number of at least 32 pixels.
 */
export function buildMobilenet(alpha: number, imageSize: number): LayersModel {
  if (!Number.isInteger(imageSize) || imageSize < 32) {
    throw new ReportError('BAD_INPUT', `The image size is ${imageSize}, expected at least 32 whole pixels.`);
  }
  const { tf } = tensorflow();
  const input = tf.input({ shape: [imageSize, imageSize, 3] });
  let flow = input;
  let blockInput = input;
  for (const unit of describeMobilenet(alpha)) {
    if (unit.opensBlock) blockInput = flow;
    flow = applyUnit(tf, unit, flow, blockInput);
  }
  return tf.model({ inputs: input, outputs: flow, name: `mobilenetv2_${alpha.toFixed(2)}_${imageSize}` });
}

/** Does `work` with a model as `buildMobilenet` makes it that has these weights, and disposes it afterwards. Throws as `buildMobilenet` and `assignWeights` do. */
export async function withMobilenet<T>(
  { arrays, alpha }: { arrays: readonly NamedArray[]; alpha: number },
  imageSize: number,
  work: (model: LayersModel) => Promise<T>,
): Promise<T> {
  const model = buildMobilenet(alpha, imageSize);
  try {
    assignWeights(model, arrays);
    return await work(model);
  } finally {
    model.dispose();
  }
}

function applyUnit(
  tf: TensorFlow,
  unit: Unit,
  input: SymbolicTensor,
  blockInput: SymbolicTensor,
): SymbolicTensor {
  const { layers } = tf;
  // A layer called with one symbolic tensor gives one back; the types of tfjs do not say so.
  const apply = (layer: Layer, tensor: SymbolicTensor | SymbolicTensor[]) =>
    layer.apply(tensor) as SymbolicTensor;
  let flow = input;
  if (unit.padding) {
    // Keras' correct_pad: none before an even size, one before an odd one. The model's input size is fixed.
    const sides: [number, number] = [flow.shape[1]! % 2, 1];
    flow = apply(layers.zeroPadding2d({ name: unit.padding, padding: [sides, sides] }), flow);
  }
  const common = {
    name: unit.name,
    kernelSize: [unit.kernel[0], unit.kernel[1]] as [number, number],
    strides: unit.stride,
    padding: unit.padding ? ('valid' as const) : ('same' as const),
    useBias: false,
  };
  flow = apply(
    unit.kind === 'depthwise'
      ? layers.depthwiseConv2d({ ...common, depthwiseInitializer: 'zeros' })
      : layers.conv2d({ ...common, filters: unit.filters, kernelInitializer: 'zeros' }),
    flow,
  );
  flow = apply(layers.batchNormalization({ name: unit.normalization, epsilon, momentum: 0.999 }), flow);
  if (unit.activation) flow = apply(layers.reLU({ name: unit.activation, maxValue: 6 }), flow);
  return unit.residual ? apply(layers.add({ name: unit.residual }), [blockInput, flow]) : flow;
}

/**
 * Puts arrays (in the model's order, see `inModelOrder`) into a model of `buildMobilenet`. Throws `WRONG_ARCHITECTURE` when they are
 * not those of a MobileNetV2 without top, or of one of another width, before anything is changed.
 */
export function assignWeights(model: LayersModel, arrays: readonly NamedArray[]): void {
  const { tf } = tensorflow();
  const units = describeMobilenet(alphaOf(arrays));
  checkWidth(model, units);
  tf.tidy(() => {
    units.forEach((unit, index) => {
      const [kernel, ...statistics] = arrays
        .slice(5 * index, 5 * index + 5)
        .map(({ data, shape }) => tf.tensor(data, shape));
      model.getLayer(unit.name).setWeights([kernel!]); // five arrays a unit, as alphaOf saw
      model.getLayer(unit.normalization).setWeights(statistics);
    });
  });
}

function checkWidth(model: LayersModel, units: readonly Unit[]): void {
  for (const { name, kernel } of units) {
    const layer = model.layers.find((candidate) => candidate.name === name);
    const found = layer?.weights[0]?.shape;
    if (!found || found.some((size, axis) => size !== kernel[axis])) {
      throw new ReportError(
        'WRONG_ARCHITECTURE',
        `Layer ${name} of the model has ${found ? `a kernel of shape [${found}]` : 'no kernel'}, the weights have [${kernel}]: build the model with the alpha of the weights.`,
      );
    }
  }
}

/** Grey levels 0…255 → what MobileNetV2 was trained on: x / 127.5 − 1, in [−1, 1], float32, of the same shape. */
export function preprocess<T extends Tensor>(pixels: T): T {
  const { tf } = tensorflow();
  return tf.tidy(() => pixels.toFloat().div(127.5).sub(1) as T);
}

/** The whole base as one row of a model's summary: its output for one image, and its weights, none of which is trained. */
export function baseSummary(
  { arrays, alpha }: Pick<BaseWeights, 'arrays' | 'alpha'>,
  imageSize: number,
): SummaryRow {
  return {
    name: `mobilenetv2_${alpha.toFixed(2)}_${imageSize}`,
    kind: 'MobileNetV2 (frozen)',
    outputShape: featureShape(alpha, imageSize),
    parameters: arrays.reduce((sum, { data }) => sum + data.length, 0),
    trainable: 0,
  };
}
