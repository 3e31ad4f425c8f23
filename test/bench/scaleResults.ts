import { mean } from '../../lib/data/numbers';
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

/** Seconds that a million pictures would take, each step by the line of least squares through its times of all sizes. Of one size nothing is said. */
export function secondsOfMillion(sizes: readonly ScaleSize[]): { step: string; seconds: number }[] {
  const x = mean(sizes.map(({ images }) => images));
  const spread = mean(sizes.map(({ images }) => (images - x) ** 2));
  if (sizes.length < 2 || spread === 0) return [];
  return [...new Set(sizes.flatMap(({ steps }) => steps.map(({ step }) => step)))].map((step) => {
    const times = sizes.map((size) => size.steps.find((one) => one.step === step)?.seconds ?? 0);
    const y = mean(times);
    const slope = mean(sizes.map(({ images }, i) => (images - x) * (times[i]! - y))) / spread; // a time for each
    return { step, seconds: y + slope * (1e6 - x) };
  });
}
