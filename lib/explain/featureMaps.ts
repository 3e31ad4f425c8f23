import type { LayersModel, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { type PixelScaling, preprocess } from '../networks/backbone';
import { numbersOf, tensorflow } from '../tensorflow/backend';
import type { HeatMap } from './heatMap';
import { modelSteps, splitAt } from './splitModel';

/** What comes out of a layer for a square picture, a map for each channel. Throws `BAD_INPUT` for a layer that gives no feature map. */
export function featureMaps(
  model: LayersModel,
  layer: string,
  pixels: Uint8Array,
  scaling: PixelScaling,
): HeatMap[] {
  const { tf } = tensorflow();
  const size = Number(model.inputs[0]!.shape[1]); // [batch, h, w, 3]
  const { first, shape } = splitAt(model, layer);
  const [height, width, channels] = shape;
  const values = numbersOf(() => {
    const picture = preprocess(tf.tensor4d(pixels, [1, size, size, 3]), scaling) as Tensor4D;
    return first(picture).activations;
  });
  return Array.from({ length: channels }, (_, k) => ({
    ...{ width, height },
    values: Float32Array.from({ length: width * height }, (_, place) => values[place * channels + k]!), // in range
  }));
}

/** The windows of the first convolution, `[side, side, channels]` each. Throws `BAD_INPUT` for a network that has none. */
export function firstFilters(model: LayersModel): { side: number; filters: Float32Array[] } {
  const kernel = modelSteps(model)
    .steps.filter(({ layer }) => layer.getClassName() === 'Conv2D')
    .map(({ layer }) => layer.getWeights()[0])[0];
  if (!kernel) throw new ReportError('BAD_INPUT', `${model.name} has no convolution: take another network.`);
  const [side = 0, , , count = 0] = kernel.shape;
  const values = kernel.dataSync();
  const each = values.length / count;
  const filters = Array.from(
    { length: count },
    (_, k) => Float32Array.from({ length: each }, (_, i) => values[i * count + k]!), // in range
  );
  return { side, filters };
}
