import { argMax } from '../core/extremes';
import type { Box } from '../images/letterbox';

/** An object that was found in a picture. */
export interface Detection {
  label: string;
  /** How sure the network is, from 0 to 1; no probability unless it was calibrated. */
  score: number;
  box: Box;
}

/** Which of several boxes over the same object are left out. */
export interface Suppression {
  /** Boxes that remain at most. */
  most: number;
  /** Share of their union that two boxes may have in common. */
  iou: number;
  /** Scores must be above it. */
  score: number;
  /** Soft suppression (Bodla et al., 2017), in place of `iou`: every better box lowers a score to exp(−IoU² / 2 sigma) of it. */
  sigma?: number;
}

/** The area that two boxes have in common. */
export function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return Math.max(0, width) * Math.max(0, height);
}

/** Area of a box. */
export const areaOf = ({ width, height }: Box): number => width * height;

/** Intersection over union of two boxes, from 0 to 1. */
export function iou(a: Box, b: Box): number {
  const shared = sharedArea(a, b);
  return shared === 0 ? 0 : shared / (areaOf(a) + areaOf(b) - shared);
}

/** Non-maximum suppression: the best box, the best of those that overlap it little enough, and so on; of equal scores the first. */
export function suppress<D extends Pick<Detection, 'score' | 'box'>>(
  all: readonly D[],
  { most, iou: limit, score: least, sigma }: Suppression,
): D[] {
  const weight = (overlap: number): number =>
    sigma ? Math.exp(-(overlap ** 2) / (2 * sigma)) : overlap > limit ? 0 : 1;
  const found: D[] = [];
  let rest = all.filter(({ score }) => score > least);
  while (rest.length > 0 && found.length < most) {
    const best = rest[argMax(rest.map(({ score }) => score))]!; // there is one
    found.push(best);
    rest = rest
      .filter((one) => one !== best)
      .map((one) => ({ ...one, score: one.score * weight(iou(best.box, one.box)) }))
      .filter(({ score }) => score > least);
  }
  return found;
}

/** Suppression among boxes of the same label only, `perLabel` at most of each; the best ones of all labels come first. */
export function suppressByLabel(
  all: readonly Detection[],
  { most, perLabel = most, ...how }: Suppression & { perLabel?: number },
): Detection[] {
  return [...new Set(all.map(({ label }) => label))]
    .flatMap((label) =>
      suppress(
        all.filter((one) => one.label === label),
        { ...how, most: perLabel },
      ),
    )
    .sort((a, b) => b.score - a.score)
    .slice(0, most);
}

/** The probability that at least one of several events happens, if none depends on another. */
export const atLeastOne = (probabilities: readonly number[]): number =>
  1 - probabilities.reduce((none, one) => none * (1 - one), 1);
