import type { PlacedPicture } from './controls';
import { imputeLinear } from './imputation';
import { scoreAll } from './occlusion';
import { blurred, meanColour, replaced } from './removal';

/** What a model says of pictures, `[count, size, size, 3]` bytes: one number for each, such as the predicted value. */
export type Scores = (pixels: Uint8Array, count: number) => Float32Array;

/** `raises`: a map's largest values first, which should hold up the prediction; `lowers`: its smallest first, which should hold it down. */
export type Question = 'raises' | 'lowers';

/** The questions in the order in which they are shown. */
export const questions: readonly Question[] = ['raises', 'lowers'];

export interface RemovalSettings {
  /** Equal steps from the whole picture to none of it. */
  steps: number;
  /** Shares of the picture's pixels that ROAD removes. */
  roadShares: readonly number[];
  seed: number;
}

/** Ten steps; for ROAD a fifth, a half and four fifths of the pixels. */
export const usualRemoval = { steps: 10, roadShares: [0.2, 0.5, 0.8] } as const;

/** Scores of one picture with its pixels removed in the order of a map. */
export interface RemovalScores {
  whole: number;
  /** With the first 0, 1/steps, … 1 of the pixels in the picture's mean colour (Petsiuk et al., "RISE", BMVC 2018). */
  deletion: readonly number[];
  /** With the first 0, 1/steps, … 1 of the pixels as they are, the others blurred (same paper). */
  insertion: readonly number[];
  /** With the first, and with the last, of the pixels imputed from their neighbours, for each of the shares (ROAD: Rong et al., 2022). */
  roadFirst: readonly number[];
  roadLast: readonly number[];
}

/** The model's scores of a picture taken apart in each order of its pixels. Throws `BAD_INPUT` when scores are not finite or not as many as asked for. */
export async function removalScores(
  picture: PlacedPicture,
  orders: readonly Int32Array[],
  scores: Scores,
  { steps, roadShares, seed }: RemovalSettings,
): Promise<RemovalScores[]> {
  const mean = meanColour(picture);
  const blur = await blurred(picture);
  const inner = Array.from({ length: steps - 1 }, (_, i) => (i + 1) / steps); // the ends are the same for every order
  const images = orders.flatMap((order) => {
    const count = (share: number): number => Math.round(share * order.length);
    const imputed = (removed: Int32Array): Uint8Array => imputeLinear(picture, removed, { seed });
    return [
      ...inner.map((share) => () => replaced(picture.pixels, mean, order, count(share))),
      ...inner.map((share) => () => replaced(blur, picture.pixels, order, count(share))),
      ...roadShares.map((share) => () => imputed(order.slice(0, count(share)))),
      ...roadShares.map((share) => () => imputed(order.slice(order.length - count(share)))),
    ];
  });
  const asked = [() => picture.pixels, () => mean, () => blur, ...images];
  const given = await scoreAll({ score: scores, batchSize: AT_ONCE }, asked);
  const [whole, empty, blank] = given.splice(0, 3) as [number, number, number]; // the first three
  const take = (count: number): number[] => given.splice(0, count);
  return orders.map(() => ({
    whole,
    deletion: [whole, ...take(inner.length), empty],
    insertion: [blank, ...take(inner.length), whole],
    roadFirst: take(roadShares.length),
    roadLast: take(roadShares.length),
  }));
}

/** Images that are made and asked about at once, so that memory does not grow with the number of orders. */
const AT_ONCE = 64;

/** How faithful a map is to the model, in the unit of the score; the larger, the more. */
export interface Faithfulness {
  /** By how much deletion moves the score as the question asks, as the area over the share deleted. */
  deletion: number;
  /** By how much insertion does. */
  insertion: number;
  /** Half the difference that it makes to remove the first pixels rather than the last, the mean over the shares. */
  road: number;
}

/** The areas of a picture's curves, more is better: fall under deletion, rise under insertion, half ROAD's difference; for `lowers` with the sign turned. */
export function faithfulness(
  { whole, deletion, insertion, roadFirst, roadLast }: RemovalScores,
  question: Question,
): Faithfulness {
  const sign = question === 'raises' ? 1 : -1;
  const start = insertion[0]!; // at least two points
  const gaps = roadFirst.map((score, i) => (roadLast[i]! - score) / 2); // as many of both
  return {
    deletion: sign * area(deletion.map((score) => whole - score)),
    insertion: sign * area(insertion.map((score) => score - start)),
    road: (sign * gaps.reduce((sum, gap) => sum + gap, 0)) / Math.max(1, gaps.length),
  };
}

/** Area under a curve of equally spaced points from 0 to 1 (trapezoids). */
export function area(values: readonly number[]): number {
  const steps = values.length - 1;
  const ends = ((values[0] ?? 0) + (values[steps] ?? 0)) / 2;
  return steps < 1 ? 0 : (values.reduce((sum, value) => sum + value, 0) - ends) / steps;
}
