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

/** The weight of a neighbour beside a pixel, and of one across a corner (Rong et al., 2022). */
const [BESIDE, ACROSS] = [1 / 6, 1 / 12];

/** An error is larger than what a value is off its neighbours' mean: about so many times in gaps as wide as a picture of 96 pixels. */
const AMPLIFIED = 20;

/**
 * Writes into each missing place the weighted mean of its neighbours: 1/6 for each of the four beside it, 1/12 for each of the four
 * across a corner, missing ones included, those beyond the border left out. The sparse linear system is solved by conjugate gradients
 * (Hestenes and Stiefel, 1952), scaled by its diagonal, to about `tolerance` in the unit of the values.
 */
export function fillSmoothly(gaps: Gaps, tolerance: number): void {
  const { places, diagonal, links, x, residual } = systemOf(gaps);
  const size = 3 * places.length;
  const step = new Float64Array(size + 3); // the last three stay 0: see `systemOf`
  const product = new Float64Array(size);
  const multiply = (vector: Float64Array): void => {
    for (let i = 0; i < size; i++) product[i] = diagonal[i]! * vector[i]!;
    for (let link = 0; link < links.length; link++) {
      const weight = link % 8 < 4 ? BESIDE : ACROSS;
      const from = links[link]!;
      const to = 3 * (link >> 3);
      product[to]! -= weight * vector[from]!;
      product[to + 1]! -= weight * vector[from + 1]!;
      product[to + 2]! -= weight * vector[from + 2]!;
    }
  };
  multiply(x);
  for (let i = 0; i < size; i++) residual[i]! -= product[i]!;
  let energy = 0;
  for (let round = 0; round < size; round++) {
    let [next, largest, along] = [0, 0, 0];
    for (let i = 0; i < size; i++) {
      next += residual[i]! ** 2 / diagonal[i]!;
      largest = Math.max(largest, Math.abs(residual[i]! / diagonal[i]!));
    }
    if (largest <= tolerance / AMPLIFIED) break;
    const turn = round === 0 ? 0 : next / energy;
    energy = next;
    for (let i = 0; i < size; i++) step[i] = residual[i]! / diagonal[i]! + turn * step[i]!;
    multiply(step);
    for (let i = 0; i < size; i++) along += step[i]! * product[i]!;
    for (let i = 0; i < size; i++) {
      x[i]! += (energy / along) * step[i]!;
      residual[i]! -= (energy / along) * product[i]!;
    }
  }
  places.forEach((place, i) => {
    gaps.values.set(x.subarray(3 * i, 3 * i + 3), 3 * place);
  });
}

const neighbours = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((across) => [across, down] as const));
const [beside, across] = [1, 2].map((steps) => neighbours.filter(([x, y]) => x * x + y * y === steps));

/** `diagonal · x − Σ weight · x[link] = residual`, three channels a missing place; `x` begins as the mean of what is there and ends with zeros, to which places that are not missing link. */
function systemOf({ width, height, values, missing }: Gaps) {
  const places = Int32Array.from(missing.keys()).filter((place) => missing[place]);
  const end = 3 * places.length;
  const numbers = new Int32Array(missing.length).fill(end);
  places.forEach((place, i) => {
    numbers[place] = 3 * i;
  });
  const system = {
    places,
    diagonal: new Float64Array(end),
    links: new Int32Array(8 * places.length).fill(end),
    x: new Float64Array(end + 3),
    residual: new Float64Array(end),
  };
  const { diagonal, links, x, residual } = system;
  const sums = [0, 0, 0];
  values.forEach((value, i) => {
    if (!missing[Math.floor(i / 3)]) sums[i % 3]! += value / (missing.length - places.length);
  });
  places.forEach((place, i) => {
    x.set(sums, 3 * i);
    [...beside!, ...across!].forEach(([right, down], n) => {
      const [column, row] = [(place % width) + right, Math.floor(place / width) + down];
      if (column < 0 || row < 0 || column >= width || row >= height) return;
      const near = row * width + column;
      const weight = n < 4 ? BESIDE : ACROSS;
      links[8 * i + n] = numbers[near]!;
      for (let c = 0; c < 3; c++) {
        diagonal[3 * i + c]! += weight;
        if (!missing[near]) residual[3 * i + c]! += weight * values[3 * near + c]!;
      }
    });
  });
  return system;
}
