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

/** Share of a step of Jacobi's method that smooths best: eigenvalues of the scaled matrix reach 4/3. */
const DAMPING = 0.9;

/** Steps at the coarsest level, which has a handful of places. */
const COARSEST_STEPS = 8;

/**
 * Writes into each missing place the weighted mean of its neighbours: 1/6 for each of the four beside it, 1/12 for each of the four
 * across a corner, missing ones included, those beyond the border left out. The linear system is solved by conjugate gradients
 * (Hestenes and Stiefel, 1952) with a V-cycle of multigrid as preconditioner (Kettler and Meijerink, 1981), to about `tolerance` in the unit
 * of the values.
 */
export function fillSmoothly(gaps: Gaps, tolerance: number): void {
  const levels = levelsOf(gaps);
  const [finest] = levels;
  if (!finest) return;
  const { places, right } = finest;
  const start = meanColour(gaps);
  const solution = new Float64Array(places.length * 3 + 3);
  for (let i = 0; i < places.length * 3; i++) solution[i] = start[i % 3]!;
  solve(levels, solution, right, tolerance / 4);
  places.forEach((place, i) => {
    for (let c = 0; c < 3; c++) gaps.values[3 * place + c] = solution[3 * i + c]!;
  });
}

/** The mean of what is there. */
function meanColour({ values, missing }: Gaps): number[] {
  const sums = [0, 0, 0];
  let count = 0;
  missing.forEach((gone, place) => {
    if (gone) return;
    count++;
    for (let c = 0; c < 3; c++) sums[c]! += values[3 * place + c]!;
  });
  return sums.map((sum) => sum / count);
}

/**
 * The linear system `diagonal[i] · x[i] − Σ weight · x[neighbour] = right[i]` of the missing places at one size of the picture, in three
 * channels; symmetric and positive definite. Vectors of unknowns are `[places + 1, 3]`, the last always 0: it stands for every neighbour that is
 * not missing.
 */
interface Level {
  /** Which places are missing. */
  places: Int32Array;
  diagonal: Float64Array;
  /** `[places, 8]`: which unknown each neighbour is, four beside and four across a corner. */
  links: Int32Array;
  right: Float64Array;
  /** `[places, 4]`: between which unknowns of the next level, of half the size, a place lies, and how near it is to each. */
  parents: Int32Array;
  shares: Float64Array;
  /** Room for a correction, what it is to correct, and a product with the matrix. */
  x: Float64Array;
  rest: Float64Array;
  product: Float64Array;
}

/** The system at the picture's size, at half of it, and so on until nothing is missing or the picture is a few places large. */
function levelsOf(gaps: Gaps): Level[] {
  const levels: Level[] = [];
  let current = gaps;
  let unknown = numbered(current);
  while (unknown.count > 0) {
    const coarse = halved(current);
    const next = numbered(coarse);
    levels.push(levelOf(current, unknown, coarse, next));
    if (Math.min(current.width, current.height) < 4) break;
    current = coarse;
    unknown = next;
  }
  return levels;
}

/** The number of each missing place, and how many there are; places that are there have that last number. */
function numbered({ missing }: Gaps): { count: number; numbers: Int32Array } {
  let count = 0;
  for (const gone of missing) count += gone;
  let next = 0;
  return { count, numbers: Int32Array.from(missing, (gone) => (gone ? next++ : count)) };
}

/** The picture at half the size, rounded up: a place is missing when all of its four are. Values are not needed there. */
function halved({ width, height, missing }: Gaps): Gaps {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const coarse: Gaps = {
    width: w,
    height: h,
    values: new Float64Array(),
    missing: new Uint8Array(w * h).fill(1),
  };
  for (let place = 0; place < missing.length; place++) {
    if (!missing[place]) coarse.missing[(Math.floor(place / width) >> 1) * w + ((place % width) >> 1)] = 0;
  }
  return coarse;
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

type Numbered = ReturnType<typeof numbered>;

function levelOf(
  { width, height, values, missing }: Gaps,
  own: Numbered,
  coarse: Gaps,
  next: Numbered,
): Level {
  const { count } = own;
  const vector = (): Float64Array => new Float64Array(count * 3 + 3);
  const level: Level = {
    places: Int32Array.from(missing.keys()).filter((place) => missing[place]),
    diagonal: new Float64Array(count),
    links: new Int32Array(count * 8).fill(count),
    right: vector(),
    parents: new Int32Array(count * 4),
    shares: new Float64Array(count * 4),
    x: vector(),
    rest: vector(),
    product: vector(),
  };
  for (let i = 0; i < count; i++) {
    const place = level.places[i]!;
    const x = place % width;
    const y = (place - x) / width;
    for (let n = 0; n < 8; n++) {
      const across = x + steps[n]![0];
      const down = y + steps[n]![1];
      if (across < 0 || down < 0 || across >= width || down >= height) continue;
      const beside = down * width + across;
      const weight = n < 4 ? BESIDE : ACROSS;
      level.diagonal[i]! += weight;
      level.links[8 * i + n] = own.numbers[beside]!;
      if (missing[beside] || values.length === 0) continue;
      for (let c = 0; c < 3; c++) level.right[3 * i + c]! += weight * values[3 * beside + c]!;
    }
    // Bilinear between the centres of the coarse places; beyond the outermost centres it is the nearest.
    for (let corner = 0; corner < 4; corner++) {
      const column = Math.floor(x / 2 - 0.25) + (corner & 1);
      const row = Math.floor(y / 2 - 0.25) + (corner >> 1);
      const nearest =
        Math.min(Math.max(row, 0), coarse.height - 1) * coarse.width +
        Math.min(Math.max(column, 0), coarse.width - 1);
      level.parents[4 * i + corner] = next.numbers[nearest]!;
      level.shares[4 * i + corner] =
        (1 - Math.abs(x / 2 - 0.25 - column)) * (1 - Math.abs(y / 2 - 0.25 - row));
    }
  }
  return level;
}

/** Makes `x` the solution; it ends when the preconditioner, which all but solves the system, would change nothing by more than `enough`. */
function solve(levels: readonly Level[], x: Float64Array, right: Float64Array, enough: number): void {
  const finest = levels[0]!; // the caller has one
  const { rest, product, x: scaled } = finest;
  const size = right.length - 3;
  const step = new Float64Array(size + 3);
  const residual = new Float64Array(size + 3);
  multiply(finest, x, product);
  for (let i = 0; i < size; i++) residual[i] = right[i]! - product[i]!;
  let energy = 0;
  for (let round = 0; round < size; round++) {
    rest.set(residual);
    correct(levels, 0);
    let most = 0;
    let next = 0;
    for (let i = 0; i < size; i++) {
      next += scaled[i]! * residual[i]!;
      most = Math.max(most, Math.abs(scaled[i]!));
    }
    if (most <= enough) return;
    const beta = round === 0 ? 0 : next / energy;
    energy = next;
    for (let i = 0; i < size; i++) step[i] = scaled[i]! + beta * step[i]!;
    const alpha = energy / multiply(finest, step, product);
    for (let i = 0; i < size; i++) {
      x[i]! += alpha * step[i]!;
      residual[i]! -= alpha * product[i]!;
    }
  }
}

/** One V-cycle: the correction `x` of a level for its `rest`, from a damped step of Jacobi, the next level's correction, and another step. */
function correct(levels: readonly Level[], depth: number): void {
  const level = levels[depth]!; // the caller knows how many there are
  const coarse = levels[depth + 1];
  level.x.fill(0);
  smooth(level, true);
  if (!coarse) {
    for (let i = 1; i < COARSEST_STEPS; i++) smooth(level);
    return;
  }
  const { x, rest, product, parents, shares } = level;
  multiply(level, x, product);
  coarse.rest.fill(0);
  for (let i = 0; i < parents.length; i++) {
    const from = 3 * (i >> 2);
    const to = 3 * parents[i]!;
    const share = shares[i]!;
    for (let c = 0; c < 3; c++) coarse.rest[to + c]! += share * (rest[from + c]! - product[from + c]!);
  }
  coarse.rest.fill(0, coarse.rest.length - 3);
  correct(levels, depth + 1);
  for (let i = 0; i < parents.length; i++) {
    const to = 3 * (i >> 2);
    const from = 3 * parents[i]!;
    const share = shares[i]!;
    for (let c = 0; c < 3; c++) x[to + c]! += share * coarse.x[from + c]!;
  }
  smooth(level);
}

/** A damped step of Jacobi's method. */
function smooth(level: Level, first = false): void {
  const { x, rest, product, diagonal } = level;
  if (first) product.fill(0);
  else multiply(level, x, product);
  for (let i = 0, at = 0; i < diagonal.length; i++) {
    const factor = DAMPING / diagonal[i]!;
    for (let c = 0; c < 3; c++, at++) x[at]! += factor * (rest[at]! - product[at]!);
  }
}

/** The level's matrix times `x`, into `result`; gives their dot product. */
function multiply({ diagonal, links }: Level, x: Float64Array, result: Float64Array): number {
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
