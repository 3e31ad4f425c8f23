import { ReportError } from '../core/errors';

/** The width multipliers that Keras publishes weights for. */
export const publishedAlphas = [0.35, 0.5, 0.75, 1, 1.3, 1.4] as const;

/** Epsilon of every batch normalization in Keras' MobileNetV2; tfjs' own default is the same, other libraries' are not. */
export const epsilon = 1e-3;

/** A convolution without bias and the batch normalization behind it: the unit MobileNetV2 is made of. */
export interface Unit {
  /** Keras' name of the convolution, such as `block_3_depthwise`. */
  name: string;
  kind: 'convolution' | 'depthwise';
  /** `[height, width, in, out]`; of a depthwise one `[height, width, channels, 1]`. */
  kernel: [number, number, number, number];
  stride: 1 | 2;
  /** Output channels. */
  filters: number;
  /** Keras' names of the layers around it; null where there is none. */
  padding: string | null;
  normalization: string;
  activation: string | null;
  /** The layer that adds the input of the block, in the last unit of a block whose input and output have one shape. */
  residual: string | null;
  /** True where a block starts: what flows in here is what `residual` adds later. */
  opensBlock: boolean;
}

/** Output channels of each of the 17 blocks at alpha 1, and their strides (Sandler et al. 2018, table 2). */
const blockFilters = [16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320];
const blockStrides = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1] as const;
const expansion = 6;

/**
 * MobileNetV2 without top as keras-applications builds it (`mobilenet_v2.py`): 52 units in order, each with five arrays
 * (kernel, gamma, beta, moving mean, moving variance). Both the layers model and the folded graph are made from this list.
 */
export function describeMobilenet(alpha: number): Unit[] {
  let channels = divisibleBy8(32 * alpha);
  const stem = convolution('Conv1', 3, 3, channels, { stride: 2, normalization: 'bn_Conv1' });
  const blocks = blockFilters.flatMap((filters, index) => {
    const prefix = index === 0 ? 'expanded_conv' : `block_${index}`;
    const out = divisibleBy8(Math.trunc(filters * alpha));
    const units = block(prefix, channels, index === 0 ? 1 : expansion, out, blockStrides[index]!); // one stride per block
    channels = out;
    return units;
  });
  const last = alpha > 1 ? divisibleBy8(1280 * alpha) : 1280;
  const head = convolution('Conv_1', 1, channels, last, {
    normalization: 'Conv_1_bn',
    activation: 'out_relu',
  });
  return [stem, ...blocks, head];
}

/** An inverted residual block: widen (not in the first block), filter each channel, narrow without activation. */
function block(prefix: string, channels: number, factor: number, out: number, stride: 1 | 2): Unit[] {
  const wide = channels * factor;
  const expand =
    factor === 1 ? [] : [convolution(`${prefix}_expand`, 1, channels, wide, { opensBlock: true })];
  const depthwise: Unit = {
    ...convolution(`${prefix}_depthwise`, 3, wide, wide, { stride }),
    kind: 'depthwise',
    kernel: [3, 3, wide, 1],
    padding: stride === 2 ? `${prefix}_pad` : null,
  };
  const project = convolution(`${prefix}_project`, 1, wide, out, {
    activation: null,
    residual: factor !== 1 && stride === 1 && channels === out ? `${prefix}_add` : null,
  });
  return [...expand, depthwise, project];
}

function convolution(
  name: string,
  size: number,
  channels: number,
  filters: number,
  rest: Partial<Unit>,
): Unit {
  return {
    name,
    kind: 'convolution',
    kernel: [size, size, channels, filters],
    stride: 1,
    filters,
    padding: null,
    normalization: `${name}_BN`,
    activation: `${name}_relu`,
    residual: null,
    opensBlock: false,
    ...rest,
  };
}

/** Keras' `_make_divisible`: the nearest multiple of 8, but never more than a tenth below. */
function divisibleBy8(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/** Inverted residual blocks; a convolution goes before them and one comes behind. */
export const blockCount = blockFilters.length;

/**
 * How many units come before the last `blocks` blocks, 1 to 17: where the network can be cut so that one feature map says everything. The
 * convolution behind the blocks always belongs to what comes after the cut. Throws `BAD_INPUT` for another number.
 */
export function unitsBefore(blocks: number): number {
  const first = blockCount - blocks; // counted from 0
  const prefix = first === 0 ? 'expanded_conv_' : `block_${first}_`;
  const at = describeMobilenet(1).findIndex(({ name }) => name.startsWith(prefix)); // the same for every alpha
  if (Number.isInteger(blocks) && blocks >= 1 && at >= 0) return at;
  throw new ReportError('BAD_INPUT', `The base has no last ${blocks} blocks, expected 1 to ${blockCount}.`);
}

/** Side and channels of what comes out of the first `units` units for a square picture with `imageSize` pixels a side; each stride of 2 rounds up. */
export function shapeBehind(
  alpha: number,
  imageSize: number,
  units: number,
): [side: number, side: number, channels: number] {
  const before = describeMobilenet(alpha).slice(0, units);
  const side = before.reduce((length, { stride }) => Math.ceil(length / stride), imageSize);
  return [side, side, before.at(-1)?.filters ?? 3];
}

/** Units of the whole base. */
export const unitCount = 52;

/** Side and channels of the features of a square picture with `imageSize` pixels a side: five strides of 2. */
export const featureShape = (
  alpha: number,
  imageSize: number,
): [side: number, side: number, channels: number] => shapeBehind(alpha, imageSize, unitCount);

/** The shapes of the 260 arrays in the model's order. */
export const weightShapes = (alpha: number): number[][] =>
  describeMobilenet(alpha).flatMap(({ kernel, filters }) => [kernel, ...Array(4).fill([filters])]);
