import { random } from '../core/random';
import { boxPlaces, type PlacedPicture } from './controls';

// Indices below are places of the picture or numbers of missing places by construction. Hence the `!`.

export interface Gaps {
  width: number;
  height: number;
  /** `[height, width, 3]`; anything where a place is missing. */
  values: Float64Array;
  /** `[height, width]`: 1 where a place is missing. At least one is not. */
  missing: Uint8Array;
}

/** Standard deviation of the noise in grey levels: 0.01 of their range, as in the authors' code. */
const NOISE = 2.55;

/** Noisy linear imputation (Rong et al. 2022): removed pixels become the mean of their neighbours plus noise; at least one is left. */
export function imputeLinear(
  { pixels, size, box }: PlacedPicture,
  removed: Int32Array,
  { seed, noise = NOISE, tolerance = NOISE / 5 }: { seed: number; noise?: number; tolerance?: number },
): Uint8Array {
  const inside = boxPlaces(size, box);
  const placeOf = new Map(inside.map((at, place) => [at, place]));
  const places = removed.map((at) => placeOf.get(at)!); // pixels of the picture
  const values = Float64Array.from({ length: inside.length * 3 }, (_, i) => {
    return pixels[3 * inside[Math.floor(i / 3)]! + (i % 3)]!;
  });
  const missing = new Uint8Array(inside.length);
  for (const place of places) missing[place] = 1;
  fillSmoothly({ width: box.width, height: box.height, values, missing }, tolerance);
  const { normal } = random(seed, 'imputation');
  const result = Uint8Array.from(pixels);
  removed.forEach((at, i) => {
    for (let channel = 0; channel < 3; channel++) {
      const value = values[3 * places[i]! + channel]! + noise * normal();
      result[3 * at + channel] = Math.min(Math.max(Math.round(value), 0), 255);
    }
  });
  return result;
}

/** How far each step goes beyond the mean of the neighbours: about what converges fastest in gaps as wide as a picture of 96 pixels. */
const OVER_RELAXATION = 1.85;

/** An error is larger than the last step: about so many times in gaps of that width. */
const AMPLIFIED = 50;

/** The weight of a neighbour is 1/6 beside a pixel, and 1/12 across a corner (Rong et al., 2022). */
const neighbours = [-1, 0, 1].flatMap((down) =>
  [-1, 0, 1].map((across) => ({ across, down, weight: across === 0 || down === 0 ? 1 / 6 : 1 / 12 })),
);

/** Fills missing places with the weighted mean of their neighbours, to about `tolerance`, by successive over-relaxation (Young, 1954). */
export function fillSmoothly({ width, height, values, missing }: Gaps, tolerance: number): void {
  const places = Int32Array.from(missing.keys()).filter((place) => missing[place]);
  const mean = [0, 0, 0];
  values.forEach((value, i) => {
    if (!missing[Math.floor(i / 3)]) mean[i % 3]! += value / (missing.length - places.length);
  });
  const from = new Int32Array(places.length * 8); // the first number of each neighbour
  const weights = new Float64Array(places.length * 8); // they add up to 1; 0 beyond the border
  places.forEach((place, i) => {
    values.set(mean, 3 * place);
    const near = neighbours.filter(({ across, down }) => {
      const [x, y] = [(place % width) + across, Math.floor(place / width) + down];
      return (across !== 0 || down !== 0) && x >= 0 && y >= 0 && x < width && y < height;
    });
    const sum = near.reduce((total, { weight }) => total + weight, 0);
    near.forEach(({ across, down, weight }, n) => {
      from[8 * i + n] = 3 * (place + down * width + across);
      weights[8 * i + n] = weight / sum;
    });
  });
  for (let largest = Number.POSITIVE_INFINITY; largest > tolerance / AMPLIFIED; ) {
    largest = 0;
    for (let i = 0; i < places.length; i++) {
      for (let c = 0; c < 3; c++) {
        let step = -values[3 * places[i]! + c]!;
        for (let n = 8 * i; n < 8 * i + 8; n++) step += weights[n]! * values[from[n]! + c]!;
        values[3 * places[i]! + c]! += OVER_RELAXATION * step;
        largest = Math.max(largest, Math.abs(step));
      }
    }
  }
}
