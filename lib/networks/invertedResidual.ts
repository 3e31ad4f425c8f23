import type { Layer } from './layers';

/** A block of MobileNetV2 and of what came after it (Sandler et al. 2018, figure 3). */
interface Block {
  /** Channels between; null where the block does not widen. */
  wide: number | null;
  /** Side of the window that filters each channel, and its stride. */
  size: number;
  stride: number;
  /** Channels of its output. */
  filters: number;
  /** The layer whose output is added; null for none. */
  to: string | null;
  momentum?: number;
}

/** An inverted residual block: widen, filter each channel, narrow without activation, add the input where it fits. */
export function invertedResidual(prefix: string, block: Block): Layer[] {
  const { wide, size, stride, filters, to, momentum } = block;
  return [
    ...(wide ? activated({ kind: 'conv', name: `${prefix}expand`, size: 1, filters: wide }, momentum) : []),
    ...activated({ kind: 'depthwise', name: `${prefix}depthwise`, size, stride }, momentum),
    ...normalized({ kind: 'conv', name: `${prefix}project`, size: 1, filters }, momentum),
    ...(to ? [{ kind: 'add' as const, name: `${prefix}add`, to }] : []),
  ];
}

/** A layer, batch normalization and ReLU6. */
export const activated = (layer: Layer, momentum?: number): Layer[] => [
  ...normalized(layer, momentum),
  { kind: 'relu6', name: `${layer.name}_relu` },
];

const normalized = (layer: Layer, momentum?: number): Layer[] => [
  layer,
  { kind: 'batchNorm', name: `${layer.name}_BN`, momentum },
];
