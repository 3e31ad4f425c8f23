// Indices below are places of the picture or numbers of missing places by construction. Hence the `!`.

/** A picture with gaps. */
export interface Gaps {
  width: number;
  height: number;
  /** `[height, width, 3]`; anything where a place is missing. */
  values: Float64Array;
  /** `[height, width]`: 1 where a place is missing. At least one is not. */
  missing: Uint8Array;
}

/** How far each step goes beyond the mean of the neighbours: about what converges fastest in gaps as wide as a picture of 96 pixels. */
const OVER_RELAXATION = 1.85;

/** An error is larger than the last step: about so many times in gaps of that width. */
const AMPLIFIED = 50;

/** The weight of a neighbour beside a pixel, and of one across a corner (Rong et al., 2022). */
const [BESIDE, ACROSS] = [1 / 6, 1 / 12];

const neighbours = [-1, 0, 1].flatMap((down) =>
  [-1, 0, 1].map((across) => ({ across, down, weight: across === 0 || down === 0 ? BESIDE : ACROSS })),
);

/**
 * Writes into each missing place the weighted mean of its neighbours: 1/6 for each of the four beside it, 1/12 for each of the four
 * across a corner, missing ones included, those beyond the border left out. The sparse linear system is solved by successive over-relaxation
 * (Young, 1954), to about `tolerance` in the unit of the values.
 */
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
