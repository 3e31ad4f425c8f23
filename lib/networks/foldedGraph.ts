import { attribute, buildGraph } from '../tensorflow/graphDef';
import { describeMobilenet, epsilon, shapeBehind, type Unit, unitCount } from './architecture';
import type { NamedArray } from './hdf5';
import { checkShapes } from './weightArrays';

/**
 * The bytes of a SavedModel of constants: uint8 `images` `[batch, size, size, 3]` → float32 `features` `[batch, side, side, channels]`, and
 * the same rounded to half precision as `halves`, two of them in each int32. Scaling to [−1, 1] is inside. Each batch normalization is
 * folded into the kernel before it (Jacob et al. 2018, section 3.2): kernel · s and bias beta − mean · s, with s = gamma / √(variance +
 * epsilon). Padding `SAME` equals Keras' explicit one for every size. `units`: only so many of the base's units, up to the end of a block
 * (see `unitsBefore`). Throws `WRONG_ARCHITECTURE` when the arrays do not fit `alpha`.
 */
export function foldedGraph(
  arrays: readonly NamedArray[],
  alpha: number,
  imageSize: number,
  units = unitCount,
): Buffer {
  const folded = foldedUnits(arrays, alpha).slice(0, units);
  const T = attribute.type('float');
  const U = attribute.type('uint8');
  const graph = buildGraph();
  // The first kernel is divided by 127.5 instead of the picture; what is subtracted here makes padding with 0 right.
  const whole = graph.node(
    'Cast',
    'images_float',
    [graph.input('images', 'uint8', [-1, imageSize, imageSize, 3])],
    { SrcT: U, DstT: T },
  );
  let flow = graph.node('Sub', 'centred', [whole, graph.constant('centre', [], Float32Array.of(127.5))], {
    T,
  });
  let blockInput = flow;
  const layout = { T, data_format: attribute.text('NHWC') };
  folded.forEach(({ unit, kernel, bias }, index) => {
    const { name, kind, stride } = unit;
    if (unit.opensBlock) blockInput = flow;
    const scaled = index === 0 ? kernel.map((value) => value / 127.5) : kernel;
    flow = graph.node(
      kind === 'depthwise' ? 'DepthwiseConv2dNative' : 'Conv2D',
      name,
      [flow, graph.constant(`${name}/kernel`, unit.kernel, Float32Array.from(scaled))],
      {
        ...layout,
        strides: attribute.wholes([1, stride, stride, 1]),
        dilations: attribute.wholes([1, 1, 1, 1]),
        padding: attribute.text('SAME'),
      },
    );
    const shift = graph.constant(`${name}/bias`, [unit.filters], Float32Array.from(bias));
    flow = graph.node('BiasAdd', unit.normalization, [flow, shift], layout);
    if (unit.activation) flow = graph.node('Relu6', unit.activation, [flow], { T });
    if (unit.residual) flow = graph.node('AddV2', unit.residual, [blockInput, flow], { T });
  });
  graph.node('Identity', 'features', [flow], { T });
  const H = attribute.type('half');
  const half = graph.node('Cast', 'features_half', [flow], { SrcT: T, DstT: H });
  const values = shapeBehind(alpha, imageSize, units).reduce((a, b) => a * b);
  const pairs = graph.constant('pairs', [3], Int32Array.of(-1, values / 2, 2)); // channels are a multiple of 8
  const paired = graph.node('Reshape', 'features_paired', [half, pairs], { T: H });
  graph.node('Bitcast', 'halves', [paired], { T: H, type: attribute.type('int32') });
  return graph.savedModel();
}

/** So small that no sum notices it. */
const TINY = 1e-30;

/** A unit with its batch normalization folded in. */
export interface FoldedUnit {
  unit: Unit;
  /** In the unit's shape, double precision. */
  kernel: Float64Array;
  bias: Float64Array;
}

/**
 * All units in order, in double precision, so that folding adds no rounding of its own beyond the last one. Throws `WRONG_ARCHITECTURE` when
 * the arrays do not fit `alpha`.
 */
export function foldedUnits(arrays: readonly NamedArray[], alpha: number): FoldedUnit[] {
  checkShapes(arrays, alpha);
  return describeMobilenet(alpha).map((unit, index) => {
    const five = arrays.slice(5 * index, 5 * index + 5).map(({ data }) => data);
    const [kernel, gamma, beta, mean, variance] = five as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ]; // checkShapes saw five arrays a unit
    const channels = gamma.length;
    // Every index below stays in range: the four vectors have `channels` values, and so has the kernel's last axis that counts.
    const factor = Float64Array.from(gamma, (g, c) => g / Math.sqrt(variance[c]! + epsilon));
    return {
      unit,
      // A depthwise kernel's last axis is 1, the one before counts.
      kernel: Float64Array.from(kernel, (value, i) => value * factor[i % channels]!),
      // TensorFlow leaves out the adding of zeros, and with it the pattern that it would have fused: random weights, whose biases are all
      // 0, would take a third longer than trained ones.
      bias: Float64Array.from(beta, (b, c) => b - mean[c]! * factor[c]! || TINY),
    };
  });
}
