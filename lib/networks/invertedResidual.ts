import type { Layer } from './layers';

/** What sets one block of a network apart from another. */
export interface Block {
  prefix: string;
  filters: number;
  /** Side of the window that filters each channel, and its stride. */
  size: number;
  stride: number;
}

/** How many times as many channels a block has inside as at its beginning. */
const EXPANSION = 6;

/** Inverted residual blocks (Sandler et al. 2018, figure 3) behind `layers`, which give so many channels; the first does not widen. */
export function withBlocks(
  layers: readonly Layer[],
  channels: number,
  blocks: readonly Block[],
  momentum?: number,
): Layer[] {
  const all = [...layers];
  let inputs = channels;
  blocks.forEach(({ prefix, filters, size, stride }, i) => {
    const to = all.at(-1)!.name; // behind some layers
    const expand: Layer = { kind: 'conv', name: `${prefix}expand`, size: 1, filters: EXPANSION * inputs };
    if (i > 0) all.push(...activated(expand, momentum));
    all.push(...activated({ kind: 'depthwise', name: `${prefix}depthwise`, size, stride }, momentum));
    all.push(...normalized({ kind: 'conv', name: `${prefix}project`, size: 1, filters }, momentum));
    if (stride === 1 && filters === inputs) all.push({ kind: 'add', name: `${prefix}add`, to });
    inputs = filters;
  });
  return all;
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
