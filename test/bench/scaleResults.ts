import type { Machine } from './markdown';

/** A step of one size: how many items (pictures, rows of features, images seen by the head), how long, and the most memory meanwhile. */
export interface ScaleStep {
  step: string;
  items: number;
  seconds: number;
  /** Of all processes together, shared pages counted in parts, in MiB. */
  peakMib: number;
  [figure: string]: unknown;
}

export interface ScaleSize {
  images: number;
  steps: ScaleStep[];
}

export interface ScaleResults {
  machine: Machine;
  epochs: number;
  /** Of the prepared squares, in pixels. */
  imageSize: number;
  sizes: ScaleSize[];
}
