// Indices below are places of the picture by construction. Hence the `!`.

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

/** Below this many places along a side, coarser pictures would only cost. */
const COARSEST = 8;

/**
 * Writes into each missing place the weighted mean of its neighbours: 1/6 for each of the four beside it, 1/12 for each of the four
 * across a corner, missing ones included, those beyond the border left out. The linear system is solved by conjugate gradients that begin with the
 * solution at half the size (cascadic multigrid: Bornemann and Deuflhard, 1996), to about `tolerance` in the unit of the values.
 */
export function fillSmoothly(gaps: Gaps, tolerance: number): void {
  const places = Int32Array.from(gaps.missing.keys()).filter((place) => gaps.missing[place]);
  if (places.length === 0) return;
  guess(gaps, places, tolerance);
  const system = linearSystem(gaps, places);
  const solution = new Float64Array(places.length * 3);
  places.forEach((place, i) => {
    for (let c = 0; c < 3; c++) solution[3 * i + c] = gaps.values[3 * place + c]!;
  });
  solve(system, solution, tolerance / 25); // errors that change slowly from place to place leave residuals far smaller than they are
  places.forEach((place, i) => {
    for (let c = 0; c < 3; c++) gaps.values[3 * place + c] = solution[3 * i + c]!;
  });
}

/** Fills the missing places from the picture at half the size, or with the mean of what is there when it is small already. */
function guess(gaps: Gaps, places: Int32Array, tolerance: number): void {
  const { width, height, values } = gaps;
  const coarse = halved(gaps);
  if (Math.min(width, height) < COARSEST) {
    const sums = [0, 0, 0];
    gaps.missing.forEach((missing, place) => {
      for (let c = 0; c < 3 && !missing; c++) sums[c]! += values[3 * place + c]!;
    });
    const count = gaps.missing.length - places.length;
    for (const place of places) for (let c = 0; c < 3; c++) values[3 * place + c] = sums[c]! / count;
    return;
  }
  fillSmoothly(coarse, tolerance);
  for (const place of places) {
    // Bilinear between the centres of the coarse places.
    const [x, y] = [(place % width) / 2 - 0.25, Math.floor(place / width) / 2 - 0.25];
    const [left, top] = [Math.max(0, Math.floor(x)), Math.max(0, Math.floor(y))];
    const [right, bottom] = [Math.min(left + 1, coarse.width - 1), Math.min(top + 1, coarse.height - 1)];
    const [across, down] = [Math.max(0, x - left), Math.max(0, y - top)];
    const value = (column: number, row: number, c: number): number =>
      coarse.values[3 * (row * coarse.width + column) + c]!;
    for (let c = 0; c < 3; c++) {
      const upper = value(left, top, c) * (1 - across) + value(right, top, c) * across;
      const lower = value(left, bottom, c) * (1 - across) + value(right, bottom, c) * across;
      values[3 * place + c] = upper * (1 - down) + lower * down;
    }
  }
}

/** The picture at half the size, rounded up: a place is the mean of those of its four that are there, and missing when none is. */
function halved({ width, height, values, missing }: Gaps): Gaps {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const coarse = { width: w, height: h, values: new Float64Array(w * h * 3), missing: new Uint8Array(w * h) };
  const counts = new Float64Array(w * h);
  for (let place = 0; place < missing.length; place++) {
    if (missing[place]) continue;
    const to = (Math.floor(place / width) >> 1) * w + ((place % width) >> 1);
    counts[to]!++;
    for (let c = 0; c < 3; c++) coarse.values[3 * to + c]! += values[3 * place + c]!;
  }
  counts.forEach((count, place) => {
    if (count === 0) coarse.missing[place] = 1;
    for (let c = 0; c < 3; c++) coarse.values[3 * place + c]! /= Math.max(1, count);
  });
  return coarse;
}

/** `diagonal[i] · x[i] − Σ weight · x[neighbour] = right[i]` for each missing place, in three channels; symmetric and positive definite. */
interface LinearSystem {
  diagonal: Float64Array;
  /** `[places, 8]`: which unknown each neighbour is, four beside and four across a corner; the number of unknowns where it is none. */
  links: Int32Array;
  /** `[places, 3]` */
  right: Float64Array;
}

const steps = [
  [0, -1],
  [-1, 0],
  [1, 0],
  [0, 1],
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
] as const;

function linearSystem({ width, height, values, missing }: Gaps, places: Int32Array): LinearSystem {
  const unknown = new Int32Array(width * height);
  for (let i = 0; i < places.length; i++) unknown[places[i]!] = i;
  const diagonal = new Float64Array(places.length);
  const links = new Int32Array(places.length * 8).fill(places.length);
  const right = new Float64Array(places.length * 3);
  for (let n = 0; n < 8; n++) {
    const [across, down] = steps[n]!;
    const weight = n < 4 ? BESIDE : ACROSS;
    for (let i = 0; i < places.length; i++) {
      const x = (places[i]! % width) + across;
      const y = Math.floor(places[i]! / width) + down;
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const beside = y * width + x;
      diagonal[i]! += weight;
      if (missing[beside]) links[8 * i + n] = unknown[beside]!;
      else for (let c = 0; c < 3; c++) right[3 * i + c]! += weight * values[3 * beside + c]!;
    }
  }
  return { diagonal, links, right };
}

/**
 * Conjugate gradients (Hestenes and Stiefel, 1952) with the diagonal as preconditioner, the three channels together; `x` is where they begin and
 * becomes the solution. They end when no residual is larger than `enough`.
 */
function solve(system: LinearSystem, x: Float64Array, enough: number): void {
  const { diagonal, right } = system;
  const size = right.length;
  const step = new Float64Array(size + 3); // the last three stay 0 and stand for neighbours that are not missing
  const product = new Float64Array(size);
  const scaled = new Float64Array(size);
  step.set(x);
  multiply(system, step, product);
  const rest = right.map((value, i) => value - product[i]!);
  let energy = 0;
  let beta = 0;
  for (let round = 0; round < size; round++) {
    let most = 0;
    let next = 0;
    for (let i = 0, place = 0; i < size; place++) {
      const factor = 1 / diagonal[place]!;
      for (let c = 0; c < 3; c++, i++) {
        const value = rest[i]! * factor;
        scaled[i] = value;
        next += value * rest[i]!;
        if (Math.abs(value) > most) most = Math.abs(value);
      }
    }
    if (most <= enough) return;
    beta = round === 0 ? 0 : next / energy;
    energy = next;
    for (let i = 0; i < size; i++) step[i] = scaled[i]! + beta * step[i]!;
    const alpha = energy / multiply(system, step, product);
    for (let i = 0; i < size; i++) {
      x[i]! += alpha * step[i]!;
      rest[i]! -= alpha * product[i]!;
    }
  }
}

/** The system's matrix times `x`, which has three zeros more than there are unknowns, into `result`; gives their dot product. */
function multiply({ diagonal, links }: LinearSystem, x: Float64Array, result: Float64Array): number {
  let along = 0;
  for (let i = 0; i < diagonal.length; i++) {
    for (let c = 0, link = 8 * i; c < 3; c++) {
      const beside =
        x[3 * links[link]! + c]! +
        x[3 * links[link + 1]! + c]! +
        x[3 * links[link + 2]! + c]! +
        x[3 * links[link + 3]! + c]!;
      const across =
        x[3 * links[link + 4]! + c]! +
        x[3 * links[link + 5]! + c]! +
        x[3 * links[link + 6]! + c]! +
        x[3 * links[link + 7]! + c]!;
      const own = x[3 * i + c]!;
      const value = diagonal[i]! * own - BESIDE * beside - ACROSS * across;
      result[3 * i + c] = value;
      along += value * own;
    }
  }
  return along;
}
